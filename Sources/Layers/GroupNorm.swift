package import Tensors

/// Normalisation over groups of channels, with a learned scale and shift for each channel.
///
///     x [N, H, W, C] or [N, T, C] → as x
package struct GroupNorm: Sendable {
    private let scale: Tensor  // [C]
    private let shift: Tensor  // [C]
    private let groups: Int
    private let epsilon: Float

    /// Reads `weight` and `bias`; `groups` divides `channels`, which the caller's configuration has checked.
    package init(_ weights: Weights, channels: Int, groups: Int, epsilon: Float) throws(WeightsError) {
        precondition(groups >= 1 && channels.isMultiple(of: groups), "\(channels) channels in \(groups) groups")
        scale = try weights.tensor("weight", shape: [channels])
        shift = try weights.tensor("bias", shape: [channels])
        self.groups = groups
        self.epsilon = epsilon
    }

    /// The normalised feature map, with SiLU applied in the same pass if asked for.
    package func callAsFunction(_ x: Tensor, silu: Bool = false) -> Operand {
        groupNorm(x, scale: scale, shift: shift, groups: groups, epsilon: epsilon, silu: silu)
    }
}
