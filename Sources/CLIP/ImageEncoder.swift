package import Layers
package import Tensors

/// CLIP's vision transformer (`CLIPVisionModel`).
package struct ImageEncoder: Sendable {
    /// The encoder's sizes.
    package let configuration: VisionConfiguration
    private let embedding: PatchEmbedding
    private let firstNorm: LayerNorm
    private let blocks: [TransformerBlock]
    private let lastNorm: LayerNorm

    /// Reads the keys of a `CLIPVisionModel`, from the node `vision_model`.
    package init(_ weights: Weights, configuration: VisionConfiguration) throws(WeightsError) {
        let (transformer, side) = (configuration.transformer, configuration.patchSize)
        let (width, epsilon) = (transformer.width, transformer.epsilon)
        let embeddings = weights["embeddings"]
        embedding = PatchEmbedding(
            kernel: try embeddings["patch_embedding"].tensor("weight", shape: [width, 3, side, side]), bias: nil,
            classToken: try embeddings.tensor("class_embedding", shape: [width]),
            positions: try embeddings["position_embedding"].tensor(
                "weight", shape: [1 + configuration.patchCount, width]),
            configuration: configuration)
        // The checkpoints' own spelling.
        firstNorm = try LayerNorm(weights["pre_layrnorm"], features: width, epsilon: epsilon)
        blocks = try [TransformerBlock](weights, configuration: transformer)
        lastNorm = try LayerNorm(weights["post_layernorm"], features: width, epsilon: epsilon)
        self.configuration = configuration
    }

    /// The encodings of preprocessed images.
    ///
    ///     pixels [N, S, S, 3] → hidden [N, 1 + P, D], pooled [N, D]
    package func callAsFunction(_ pixels: Tensor) -> ImageEncoding {
        let hidden = blocks(firstNorm.tensor(embedding(pixels)), causal: false)
        let (count, length, width) = (hidden.shape[0], hidden.shape[1], hidden.shape[2])
        let first = hidden.reshaped([count * length, width]).rows(at: (0..<count).map { $0 * length })
        return ImageEncoding(hidden: hidden, pooled: lastNorm.tensor(first))
    }
}

/// What an image encoder makes of images.
package struct ImageEncoding: Sendable {
    /// Every token after the last block, which no norm follows.
    package let hidden: Tensor  // [N, 1 + P, D]
    /// The class token, normalised.
    package let pooled: Tensor  // [N, D]
}
