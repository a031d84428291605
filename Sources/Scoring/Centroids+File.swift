import JSON
import Layers
package import Tensors

extension Centroids {
    /// Reads a safetensors file; the set is called `name`.
    package init(contentsOf path: String, name: String, on device: Device) throws(CentroidsError) {
        let centres: (scalars: [Float], shape: [Int])
        let metadata: [String: String]
        do throws(WeightsError) {
            let weights = try Weights(contentsOf: path, on: device)
            guard let shape = weights.shape(of: "centres") else { throw .missing(name: "centres") }
            guard shape.count == 2, shape[0] <= Self.maximumCount, shape[1] <= Self.maximumWidth else {
                throw .wrongShape(
                    name: "centres", expected: [Self.maximumCount, Self.maximumWidth], actual: shape)
            }
            centres = (try weights.tensor("centres", shape: shape).scalars, shape)
            try weights.requireAllRead()
            metadata = weights.metadata
        } catch {
            throw .weights(error)
        }
        guard let embedder = metadata["embedder"] else { throw .metadata("embedder") }
        guard let source = metadata["source"].flatMap(Source.init) else { throw .metadata("source") }
        let width = max(1, centres.shape[1])
        try self.init(
            name: name, embedder: embedder, source: source, labels: try Self.labels(metadata["labels"]),
            centres: stride(from: 0, to: centres.scalars.count, by: width).map {
                Array(centres.scalars[$0..<$0 + width])
            },
            inertia: try Self.number(metadata, "inertia"), meanDistance: try Self.number(metadata, "mean_distance"),
            seed: try Self.number(metadata, "seed").flatMap { Int(exactly: $0) })
    }

    /// The set as a safetensors file.
    package func encoded() -> [UInt8] {
        var metadata = [("embedder", embedder), ("source", source.rawValue), ("k", "\(centres.count)")]
        let labels = JSONValue.array(labels.map(JSONValue.string))
        metadata.append(("labels", String(decoding: labels.encoded(), as: UTF8.self)))
        if let inertia { metadata.append(("inertia", "\(inertia)")) }
        if let meanDistance { metadata.append(("mean_distance", "\(meanDistance)")) }
        if let seed { metadata.append(("seed", "\(seed)")) }
        var document = SafetensorsDocument(metadata: metadata)
        document.append("centres", centres.flatMap { $0 }, shape: [centres.count, width])
        return document.encoded()
    }

    private static func labels(_ text: String?) throws(CentroidsError) -> [String]? {
        guard let text else { return nil }
        guard let value = try? JSONValue(parsing: Array(text.utf8)), let array = value.array,
            array.allSatisfy({ $0.string != nil })
        else { throw .metadata("labels") }
        return array.compactMap(\.string)
    }

    private static func number(_ metadata: [String: String], _ name: String) throws(CentroidsError) -> Double? {
        guard let text = metadata[name] else { return nil }
        guard let number = Double(text), number.isFinite else { throw .metadata(name) }
        return number
    }
}
