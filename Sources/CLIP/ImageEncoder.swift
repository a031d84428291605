package import Layers
package import Tensors

/// CLIP's vision transformer (`CLIPVisionModel`).
package struct ImageEncoder: Sendable {
    /// The encoder's sizes.
    package let configuration: VisionConfiguration
    private let patches: LinearWeights  // [D, 3 · patch · patch]
    private let classToken: Tensor  // [1, D]
    private let positions: Embedding  // [1 + patches, D]
    private let firstNorm: LayerNorm
    private let blocks: [TransformerBlock]
    private let lastNorm: LayerNorm

    /// Reads the keys of a `CLIPVisionModel`, from the node `vision_model`.
    package init(_ weights: Weights, configuration: VisionConfiguration) throws(WeightsError) {
        let (transformer, side) = (configuration.transformer, configuration.patchSize)
        let (width, epsilon) = (transformer.width, transformer.epsilon)
        let embeddings = weights["embeddings"]
        // A convolution whose kernel is as large as its stride is one product per patch.
        let kernel = try embeddings["patch_embedding"].tensor("weight", shape: [width, 3, side, side])
        patches = LinearWeights(kernel.reshaped([width, 3 * side * side]))
        classToken = try embeddings.tensor("class_embedding", shape: [width]).reshaped([1, width])
        positions = try Embedding(
            embeddings["position_embedding"], count: 1 + configuration.patchCount, features: width)
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
        let (count, side, width) = (pixels.shape[0], configuration.imageSize, configuration.transformer.width)
        precondition(pixels.shape == [count, side, side, 3], "pixels of shape \(pixels.shape) for side \(side)")
        let length = 1 + configuration.patchCount
        let embedded = linear(cut(pixels), patches, bias: nil)  // [N, P, D]
        let parts = (0..<count).flatMap { index in
            [classToken, embedded[index..<index + 1].reshaped([length - 1, width])]
        }
        let tokens = Tensor.stacked(parts).reshaped([count, length * width])
            .addingChannels(positions[0..<length].reshaped([length * width]))
            .reshaped([count, length, width])
        let hidden = blocks(firstNorm(tokens), causal: false)
        let first = hidden.reshaped([count * length, width]).rows(at: (0..<count).map { $0 * length })
        return ImageEncoding(hidden: hidden, pooled: lastNorm(first))
    }

    /// Images cut into patches, each in the order of the checkpoint's kernel: channel, row, column.
    ///
    ///     pixels [N, S, S, 3] → [N, P, 3 · patch · patch]
    private func cut(_ pixels: Tensor) -> Tensor {
        let (side, patch) = (configuration.imageSize, configuration.patchSize)
        let (count, grid) = (pixels.shape[0], side / patch)
        let source = pixels.scalars
        var cut: [Float] = []
        cut.reserveCapacity(count * grid * grid * 3 * patch * patch)
        for image in 0..<count {
            for place in 0..<grid * grid {
                let corner = ((image * side + place / grid * patch) * side + place % grid * patch) * 3
                for channel in 0..<3 {
                    for row in 0..<patch {
                        let start = corner + row * side * 3 + channel
                        for column in 0..<patch { cut.append(source[start + column * 3]) }
                    }
                }
            }
        }
        return Tensor(cut, shape: [count, grid * grid, 3 * patch * patch], on: pixels.device)
    }
}

/// What an image encoder makes of images.
package struct ImageEncoding: Sendable {
    /// Every token after the last block, which no norm follows.
    package let hidden: Tensor  // [N, 1 + P, D]
    /// The class token, normalised.
    package let pooled: Tensor  // [N, D]
}
