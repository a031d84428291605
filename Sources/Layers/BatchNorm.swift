import Glibc
package import Tensors

/// Batch normalisation in evaluation mode: y = factor x + offset for each channel, by the running statistics.
///
/// It is folded into the convolution before it, which then costs nothing more.
package struct BatchNorm: Sendable {
    private let factors: [Float]  // [C]
    private let offsets: [Float]  // [C]

    private static let epsilon = 1e-5  // torch.nn.BatchNorm2d's default

    /// Reads `weight`, `bias`, `running_mean` and `running_var`.
    package init(_ weights: Weights, channels: Int) throws(WeightsError) {
        let scale = try weights.tensor("weight", shape: [channels]).scalars
        let shift = try weights.tensor("bias", shape: [channels]).scalars
        let mean = try weights.tensor("running_mean", shape: [channels]).scalars
        let variance = try weights.tensor("running_var", shape: [channels]).scalars
        let exact = (0..<channels).map { Double(scale[$0]) / sqrt(Double(variance[$0]) + Self.epsilon) }
        factors = exact.map(Float.init)
        offsets = (0..<channels).map { Float(Double(shift[$0]) - Double(mean[$0]) * exact[$0]) }
    }

    /// What the layer before it adds, if it had no bias.
    ///
    ///     → [C]
    package func bias(on device: Device) -> Tensor { Tensor(offsets, shape: [offsets.count], on: device) }

    /// The weight of the layer before it, each output channel times its factor.
    ///
    ///     weight [..., C, ...], outputs along `axis` → as weight
    package func folded(into weight: Tensor, outputAxis axis: Int) -> Tensor {
        precondition(weight.shape[axis] == factors.count, "\(factors.count) channels into \(weight.shape)")
        let run = weight.shape[(axis + 1)...].reduce(1, *)
        var scalars = weight.scalars
        for index in scalars.indices { scalars[index] *= factors[index / run % factors.count] }
        return Tensor(scalars, shape: weight.shape, on: weight.device)
    }
}
