import Layers
import Tensors

/// Two convolutions around a shortcut, with what stands for the diffusion time added between them where there is one.
///
///     x [N, H, W, inputs], shift [1, outputs] or [N, outputs] → [N, H, W, outputs]
///
/// diffusers `ResnetBlock2D`, but for its projection of the time (see `TimeShifts`).
struct ResidualBlock: Sendable {
    private let norm1: GroupNorm
    private var conv1: Conv2D
    private let norm2: GroupNorm
    private var conv2: Conv2D
    private var shortcut: Conv2D?

    init(_ weights: Weights, inputs: Int, outputs: Int, groups: Int, epsilon: Float) throws(WeightsError) {
        norm1 = try GroupNorm(weights["norm1"], channels: inputs, groups: groups, epsilon: epsilon)
        conv1 = try Conv2D(weights["conv1"], inputs: inputs, outputs: outputs)
        norm2 = try GroupNorm(weights["norm2"], channels: outputs, groups: groups, epsilon: epsilon)
        conv2 = try Conv2D(weights["conv2"], inputs: outputs, outputs: outputs)
        shortcut =
            inputs == outputs
            ? nil : try Conv2D(weights["conv_shortcut"], inputs: inputs, outputs: outputs, kernel: 1)
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        conv1.adapt(&adapters)
        conv2.adapt(&adapters)
        shortcut?.adapt(&adapters)
    }

    func callAsFunction(_ x: consuming Tensor, shift: Tensor? = nil) -> Tensor {
        let normal = norm1(x, silu: true)
        // Before the first convolution, so that a wider input is gone by the time of its result.
        if let shortcut { x = shortcut(consume x) }
        let second = norm2(first(consume normal, shift: shift), silu: true)
        return conv2(second, residual: consume x)
    }

    /// The first convolution, after which what it read is gone.
    private func first(_ normal: consuming Operand, shift: Tensor?) -> Tensor {
        guard let shift else { return conv1(normal) }
        return conv1(normal, shift: shift)
    }
}
