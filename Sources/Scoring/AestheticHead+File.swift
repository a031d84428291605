import JSON
import Layers
package import Tensors

extension AestheticHead {
    /// Reads a safetensors file, `weights/heads/<name>.safetensors`; the head is called `name`.
    ///
    /// It holds `weight` [1, D] or [D] and `bias` [1] and, as metadata, `embedder` and, where it is known, `range` (a JSON
    /// array of two numbers, the lower first).
    package init(contentsOf path: String, name: String, on device: Device) throws(AestheticHeadError) {
        let (weight, bias): ([Float], [Float])
        let metadata: [String: String]
        do throws(WeightsError) {
            let weights = try Weights(contentsOf: path, on: device)
            guard let shape = weights.shape(of: "weight") else { throw .missing(name: "weight") }
            let width = shape.last ?? 0
            guard shape == [width] || shape == [1, width], width <= Self.maximumWidth else {
                throw .wrongShape(name: "weight", expected: [1, Self.maximumWidth], actual: shape)
            }
            weight = try weights.tensor("weight", shape: shape).scalars
            bias = try weights.tensor("bias", shape: [1]).scalars
            try weights.requireAllRead()
            metadata = weights.metadata
        } catch {
            throw .weights(error)
        }
        guard let embedder = metadata["embedder"] else { throw .metadata("embedder") }
        try self.init(
            name: name, embedder: embedder, weight: weight, bias: bias[0], range: try Self.range(metadata["range"]))
    }

    private static func range(_ text: String?) throws(AestheticHeadError) -> ClosedRange<Double>? {
        guard let text else { return nil }
        guard let value = try? JSONValue(parsing: Array(text.utf8), integersAsReals: true),
            let bounds = value.array, bounds.count == 2,
            case .real(let lower) = bounds[0], case .real(let upper) = bounds[1], lower < upper
        else { throw .metadata("range") }
        return lower...upper
    }
}
