import CLIP
package import Layers
package import Tensors

/// BLIP's image-grounded text encoder (Li and others 2022, arXiv 2201.12086; `BertModel` of its med.py, `BlipTextModel`).
package struct FusionEncoder: Sendable {
    /// The encoder's sizes.
    package let configuration: FusionConfiguration
    private let words: Embedding  // [vocabulary, D]
    private let positions: Embedding  // [positions, D]
    private let norm: LayerNorm
    private let blocks: [FusionBlock]

    /// Reads the keys of a `BlipTextModel` without pooler, for images whose tokens have `imageWidth` features.
    package init(_ weights: Weights, configuration: FusionConfiguration, imageWidth: Int) throws(WeightsError) {
        let (transformer, embeddings) = (configuration.transformer, weights["embeddings"])
        let width = transformer.width
        words = try Embedding(embeddings["word_embeddings"], count: configuration.vocabularyCount, features: width)
        positions = try Embedding(
            embeddings["position_embeddings"], count: configuration.positionCount, features: width)
        norm = try LayerNorm(embeddings["LayerNorm"], features: width, epsilon: transformer.epsilon)
        var blocks: [FusionBlock] = []
        for index in 0..<transformer.layerCount {
            blocks.append(
                try FusionBlock(
                    weights["encoder"]["layer"][index], configuration: transformer, imageWidth: imageWidth))
        }
        self.blocks = blocks
        self.configuration = configuration
    }

    /// A text's tokens, each having seen the whole text and the whole image.
    ///
    ///     ids of length T, image [1, S, V] → [1, T, D]
    ///
    /// A text is not padded: med.py adds -10,000 to the scores of padding, whose weights are then 0 in single precision.
    package func callAsFunction(_ ids: [Int], image: Tensor) -> Tensor {
        precondition(
            !ids.isEmpty && ids.count <= configuration.positionCount && image.shape[0] == 1,
            "\(ids.count) tokens for \(configuration.positionCount) positions, image \(image.shape)")
        let embedded = norm.tensor(words(ids) + positions[0..<ids.count])
        return blocks.reduce(embedded.reshaped([1, ids.count, configuration.transformer.width])) { x, block in
            block(x, image: image)
        }
    }
}
