import JSON
package import Layers
package import Tensors

/// CLIP's text transformer (`CLIPTextModel`).
package struct TextEncoder: Sendable {
    /// The encoder's sizes.
    package let configuration: TextConfiguration
    private let tokens: Embedding  // [vocabulary, D]
    private let positions: Embedding  // [positions, D]
    private var blocks: [TransformerBlock]
    private let norm: LayerNorm

    /// Reads the keys of a `CLIPTextModel`, with or without `text_model.` in front.
    package init(_ weights: Weights, configuration: TextConfiguration) throws(WeightsError) {
        let prefixed = weights["text_model"]
        let weights = prefixed.contains("embeddings.token_embedding.weight") ? prefixed : weights
        let transformer = configuration.transformer
        let embeddings = weights["embeddings"]
        tokens = try Embedding(
            embeddings["token_embedding"], count: configuration.vocabularyCount, features: transformer.width)
        positions = try Embedding(
            embeddings["position_embedding"], count: configuration.positionCount, features: transformer.width)
        blocks = try [TransformerBlock](weights, configuration: transformer)
        norm = try LayerNorm(weights["final_layer_norm"], features: transformer.width, epsilon: transformer.epsilon)
        self.configuration = configuration
    }

    /// Reads a pipeline's `text_encoder` folder.
    package init(folder: String, on device: Device) throws(ModelError) {
        let file = try ConfigurationFile(folder + "/config.json")
        let configuration = try file.read { root throws(JSONFieldError) in
            _ = try root.field("model_type")?.choice(of: ["clip_text_model"])
            return try TextConfiguration(root)
        }
        self = try ModelError.naming(folder) { () throws(WeightsError) in
            let weights = try Weights(contentsOf: folder, on: device)
            let encoder = try TextEncoder(weights, configuration: configuration)
            try weights.requireAllRead()
            return encoder
        }
    }

    /// Takes what adapters add to the encoder's layers.
    package mutating func adapt(_ adapters: inout AdapterSet) { blocks.adapt(&adapters) }

    /// The encodings of texts, each of the same number of token ids.
    ///
    ///     ids N of length T → hidden [N, T, D], pooled [N, D]
    package func callAsFunction(_ ids: [[Int]]) -> TextEncoding {
        let (count, length, width) = (ids.count, ids.first?.count ?? 0, configuration.transformer.width)
        precondition(
            length >= 1 && length <= configuration.positionCount && ids.allSatisfy { $0.count == length },
            "texts of \(ids.map(\.count)) tokens for \(configuration.positionCount) positions")
        let embedded = tokens(ids.flatMap(\.self)).reshaped([count, length * width])
            .addingChannels(positions[0..<length].reshaped([length * width]))
        let hidden = norm.tensor(blocks(embedded.reshaped([count, length, width]), causal: true))
        let ends = ids.enumerated().map { $0 * length + end(of: $1) }
        return TextEncoding(hidden: hidden, pooled: hidden.reshaped([count * length, width]).rows(at: ends))
    }

    /// Where a text is pooled.
    private func end(of ids: [Int]) -> Int {
        switch configuration.endOfText {
        case .largest: ids.max().flatMap(ids.firstIndex) ?? 0
        case .token(let id): ids.firstIndex(of: id) ?? 0
        }
    }
}

/// What a text encoder makes of texts.
package struct TextEncoding: Sendable {
    /// Every token, after the last layer norm: what a pipeline conditions on.
    package let hidden: Tensor  // [N, T, D]
    /// The token that ends each text.
    package let pooled: Tensor  // [N, D]
}
