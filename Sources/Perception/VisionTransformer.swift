package import CLIP
package import Layers
package import Tensors

/// A vision transformer (Dosovitskiy and others 2020, arXiv 2010.11929; transformers' `ViTModel` without its pooler).
package struct VisionTransformer: Sendable {
    /// The encoder's sizes.
    package let configuration: VisionConfiguration
    private let embedding: PatchEmbedding
    private let blocks: [TransformerBlock]
    private let norm: LayerNorm

    /// Reads the keys of a `ViTModel`.
    package init(_ weights: Weights, configuration: VisionConfiguration) throws(WeightsError) {
        let (transformer, side) = (configuration.transformer, configuration.patchSize)
        let (width, embeddings) = (transformer.width, weights["embeddings"])
        let projection = embeddings["patch_embeddings"]["projection"]
        embedding = PatchEmbedding(
            kernel: try projection.tensor("weight", shape: [width, 3, side, side]),
            bias: try projection.tensor("bias", shape: [width]),
            classToken: try embeddings.tensor("cls_token", shape: [1, 1, width]),
            positions: try embeddings.tensor("position_embeddings", shape: [1, 1 + configuration.patchCount, width]),
            configuration: configuration)
        var blocks: [TransformerBlock] = []
        for index in 0..<transformer.layerCount {
            blocks.append(try TransformerBlock(vit: weights["encoder"]["layer"][index], configuration: transformer))
        }
        self.blocks = blocks
        norm = try LayerNorm(weights["layernorm"], features: width, epsilon: transformer.epsilon)
        self.configuration = configuration
    }

    /// The normalised tokens of preprocessed images, the class token first.
    ///
    ///     pixels [N, S, S, 3] → [N, 1 + P, D]
    package func callAsFunction(_ pixels: Tensor) -> Tensor {
        norm.tensor(blocks(embedding(pixels), causal: false))
    }

    /// The normalised tokens, and the keys that the last block's attention compares queries with.
    ///
    ///     pixels [N, S, S, 3] → tokens [N, 1 + P, D], keys [N, 1 + P, heads · d]
    package func tokensAndLastKeys(_ pixels: Tensor) -> (tokens: Tensor, keys: Tensor) {
        let last = blocks[blocks.count - 1]
        let x = blocks.dropLast()(embedding(pixels), causal: false)
        return (norm.tensor(last(x, causal: false)), last.keys(of: x))
    }
}
