package import Layers
package import Tensors

/// The generator of a creative adversarial network, in evaluation mode (arXiv 2407.12009, figures 1 to 4).
///
///     latents [N, Z] → images [N, S, S, 3] in -1...1
package struct Generator: Sendable {
    private let first: LinearWeights  // [4 · 4 · C, Z]
    private let firstBias: Tensor  // [4 · 4 · C]
    private let firstChannels: Int
    private let doublings: [TransposedConv2D]

    /// Reads every third entry of `main`, and the batch norms after all but the last.
    package init(_ weights: Weights, configuration: CANConfiguration) throws(WeightsError) {
        let (main, layers) = (weights["main"], configuration.generatorLayers)
        let norm = try BatchNorm(main[1], channels: layers[0])
        (first, firstBias) = try Self.first(main[0], norm: norm, inputs: configuration.latentSize, channels: layers[0])
        firstChannels = layers[0]
        var doublings: [TransposedConv2D] = []
        for (index, outputs) in (layers.dropFirst() + [3]).enumerated() {
            let place = 3 * (index + 1)
            let isLast = index == layers.count - 1
            let norm = isLast ? nil : try BatchNorm(main[place + 1], channels: outputs)
            doublings.append(
                try TransposedConv2D(main[place], inputs: layers[index], outputs: outputs, norm: norm))
        }
        self.doublings = doublings
    }

    /// The images of latents.
    ///
    ///     latents [N, Z] → [N, S, S, 3]
    package func callAsFunction(_ latents: Tensor) -> Tensor {
        var x = linear(latents, first, bias: firstBias).reshaped([latents.shape[0], 4, 4, firstChannels])
        for double in doublings { x = double(relu(x)) }
        return tanh(x)
    }

    /// The first layer, a transposed convolution of a 1x1 map, as the matrix that it is.
    ///
    ///     weight [Z, C, 4, 4] → [4 · 4 · C, Z]
    private static func first(
        _ weights: Weights, norm: BatchNorm, inputs: Int, channels: Int
    ) throws(WeightsError) -> (LinearWeights, Tensor) {
        let plain = try weights.tensor("weight", shape: [inputs, channels, 4, 4])
        let scalars = norm.folded(into: plain, outputAxis: 1).scalars
        var rows = [Float](repeating: 0, count: scalars.count)
        for pixel in 0..<16 {
            for channel in 0..<channels {
                let row = (pixel * channels + channel) * inputs
                for input in 0..<inputs { rows[row + input] = scalars[(input * channels + channel) * 16 + pixel] }
            }
        }
        let offsets = norm.bias(on: plain.device).scalars
        let bias = Tensor(Array(repeating: offsets, count: 16).flatMap { $0 }, shape: [16 * channels], on: plain.device)
        return (LinearWeights(Tensor(rows, shape: [16 * channels, inputs], on: plain.device)), bias)
    }
}
