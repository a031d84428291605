import Layers
package import Tensors

/// The low-rank terms of an adapter's file, not yet those of any pipeline's layers.
///
/// The styles of names are those of peft, of diffusers' several versions and of kohya's sd-scripts.
package struct Adapter: Sendable {
    /// The terms of one layer, as the file has them.
    struct Term {
        /// The layer's name, in the file's own style.
        let layer: String
        let downName: String
        let upName: String
        let down: Tensor  // [rank, inputs] or [rank, inputs, kernel, kernel]
        let up: Tensor  // [outputs, rank] or [outputs, rank, 1, 1], with the file's scale
    }

    private struct Names {
        var down: String?
        var up: String?
        var alpha: String?
    }

    /// What requests call it.
    package let name: String
    /// How many numbers were trained.
    package let parameterCount: Int
    let terms: [Term]

    /// The largest rank that is read.
    package static let maximumRank = 1024
    private static let maximumScalarCount = 1 << 28  // 1 GiB; rank 128 of all layers of Stable Diffusion 2 is 0.6.
    private static let usualFileName = "pytorch_lora_weights.safetensors"  // diffusers `LORA_WEIGHT_NAME_SAFE`

    /// Reads a `.safetensors` file, every tensor of which must be understood.
    package init(name: String, contentsOf path: String, on device: Device) throws(AdapterError) {
        let weights = try Self.reading { () throws(WeightsError) in try Weights(contentsOf: path, on: device) }
        guard weights.parameterCount <= Self.maximumScalarCount else {
            throw .tooLarge(scalarCount: weights.parameterCount, maximum: Self.maximumScalarCount)
        }
        let layers = try Self.layers(weights.names)
        guard !layers.isEmpty else { throw .empty }
        let metadata = try AdapterMetadata(weights.metadata)
        var terms: [Term] = []
        for (layer, names) in layers.sorted(by: { $0.key < $1.key }) {
            terms.append(try Self.term(of: layer, names, weights, metadata))
        }
        self.name = name
        self.terms = terms
        parameterCount = terms.reduce(0) { $0 + $1.down.count + $1.up.count }
    }

    /// Which of the files of an adapter's folder to read: the one of diffusers' name, or the only one there is.
    package static func fileName(among names: [String]) throws(AdapterError) -> String {
        if names.contains(usualFileName) { return usualFileName }
        let files = names.filter { $0.hasSuffix(".safetensors") }
        guard files.count == 1 else { throw .notOneFile(count: files.count) }
        return files[0]
    }

    /// The names of each layer's tensors.
    private static func layers(_ tensors: [String]) throws(AdapterError) -> [String: Names] {
        var layers: [String: Names] = [:]
        for tensor in tensors {
            let key = try AdapterKey(tensor)
            let slot: WritableKeyPath<Names, String?> =
                switch key.part {
                case .down: \.down
                case .up: \.up
                case .alpha: \.alpha
                }
            guard layers[key.layer, default: Names()][keyPath: slot] == nil else { throw .repeated(tensor: tensor) }
            layers[key.layer, default: Names()][keyPath: slot] = tensor
        }
        return layers
    }

    private static func term(
        of layer: String, _ names: Names, _ weights: Weights, _ metadata: AdapterMetadata
    ) throws(AdapterError) -> Term {
        guard let downName = names.down, let upName = names.up else {
            throw .alone(tensor: names.down ?? names.up ?? names.alpha ?? layer)
        }
        let rank = weights.shape(of: downName)?.first ?? 0
        guard (1...maximumRank).contains(rank) else {
            throw .rank(tensor: downName, actual: rank, maximum: maximumRank)
        }
        let down = try tensor(downName, weights)
        var up = try tensor(upName, weights)
        var factor = metadata.factor(of: layer, rank: rank)
        if let name = names.alpha { factor = Double(try alpha(name, weights)) / Double(rank) }
        if factor != 1 { up = Float(factor) * up }
        guard up.isFinite else { throw .nonfinite(tensor: names.alpha ?? upName) }
        return Term(layer: layer, downName: downName, upName: upName, down: down, up: up)
    }

    private static func alpha(_ name: String, _ weights: Weights) throws(AdapterError) -> Float {
        let shape = weights.shape(of: name) ?? []
        guard shape.isEmpty || shape == [1] else { throw .wrongShape(tensor: name, expected: [], actual: shape) }
        return try tensor(name, weights).scalars[0]
    }

    private static func tensor(_ name: String, _ weights: Weights) throws(AdapterError) -> Tensor {
        let tensor = try reading { () throws(WeightsError) in
            try weights.tensor(name, shape: weights.shape(of: name) ?? [])
        }
        guard tensor.isFinite else { throw .nonfinite(tensor: name) }
        return tensor
    }

    private static func reading<Read>(_ body: () throws(WeightsError) -> Read) throws(AdapterError) -> Read {
        do throws(WeightsError) {
            return try body()
        } catch {
            throw .weights(error)
        }
    }
}
