package import Tensors

/// How a vision transformer makes tokens of an image: a class token, a linear map of each patch, and their places.
///
///     pixels [N, S, S, 3] → [N, 1 + P, D]
package struct PatchEmbedding: Sendable {
    private let configuration: VisionConfiguration
    private let patches: LinearWeights  // [D, 3 · patch · patch]
    private let bias: Tensor?  // [D]
    private let classToken: Tensor  // [1, D]
    private let positions: Tensor  // [(1 + P) · D]

    /// Lays out a checkpoint's tensors; axes of one entry may be there or not.
    ///
    ///     kernel [D, 3, patch, patch], bias [D], classToken [D], positions [1 + P, D]
    package init(
        kernel: Tensor, bias: Tensor?, classToken: Tensor, positions: Tensor, configuration: VisionConfiguration
    ) {
        let (width, side) = (configuration.transformer.width, configuration.patchSize)
        // A convolution whose kernel is as large as its stride is one product per patch.
        patches = LinearWeights(kernel.reshaped([width, 3 * side * side]))
        self.bias = bias
        self.classToken = classToken.reshaped([1, width])
        self.positions = positions.reshaped([(1 + configuration.patchCount) * width])
        self.configuration = configuration
    }

    /// The tokens of preprocessed images.
    ///
    ///     pixels [N, S, S, 3] → [N, 1 + P, D]
    package func callAsFunction(_ pixels: Tensor) -> Tensor {
        let (count, side, width) = (pixels.shape[0], configuration.imageSize, configuration.transformer.width)
        precondition(pixels.shape == [count, side, side, 3], "pixels of shape \(pixels.shape) for side \(side)")
        let length = 1 + configuration.patchCount
        let embedded = linear(cut(pixels), patches, bias: bias)  // [N, P, D]
        let parts = (0..<count).flatMap { index in
            [classToken, embedded[index..<index + 1].reshaped([length - 1, width])]
        }
        return Tensor.stacked(parts).reshaped([count, length * width]).addingChannels(positions)
            .reshaped([count, length, width])
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
