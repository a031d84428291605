package import Tensors

/// Normal noise for one picture's latents, drawn in PyTorch's order [1, C, h, w] and laid out channels-last.
package struct LatentNoise: Sendable {
    private var generator: PyTorchGenerator
    private let shape: [Int]
    private let device: Device

    /// The noise of one seed.
    ///
    ///     shape [1, h, w, C]
    package init(seed: UInt64, shape: [Int], on device: Device) {
        precondition(shape.count == 4 && shape[0] == 1, "noise of shape \(shape)")
        generator = PyTorchGenerator(seed: seed)
        self.shape = shape
        self.device = device
    }

    /// The next draw.
    ///
    ///     → [1, h, w, C]
    package mutating func next() -> Tensor {
        let (pixels, channels) = (shape[1] * shape[2], shape[3])
        let drawn = generator.normals(pixels * channels)
        var numbers = [Float](repeating: 0, count: drawn.count)
        for channel in 0..<channels {
            for pixel in 0..<pixels { numbers[pixel * channels + channel] = drawn[channel * pixels + pixel] }
        }
        return Tensor(numbers, shape: shape, on: device)
    }
}
