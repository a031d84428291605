import Layers
import Tensors

/// Two convolutions around a shortcut, with the diffusion time added between them where there is one.
///
///     x [N, H, W, inputs], time [1, T] or [N, T] → [N, H, W, outputs]
///
/// diffusers `ResnetBlock2D`. `time` comes with its SiLU applied, which all blocks share.
struct ResidualBlock: Sendable {
    private let norm1: GroupNorm
    private var conv1: Conv2D
    private var timeProjection: Linear?
    private let norm2: GroupNorm
    private var conv2: Conv2D
    private var shortcut: Conv2D?

    init(
        _ weights: Weights, inputs: Int, outputs: Int, timeWidth: Int? = nil, groups: Int, epsilon: Float
    ) throws(WeightsError) {
        norm1 = try GroupNorm(weights["norm1"], channels: inputs, groups: groups, epsilon: epsilon)
        conv1 = try Conv2D(weights["conv1"], inputs: inputs, outputs: outputs)
        if let timeWidth {
            timeProjection = try Linear(weights["time_emb_proj"], inputs: timeWidth, outputs: outputs)
        } else {
            timeProjection = nil
        }
        norm2 = try GroupNorm(weights["norm2"], channels: outputs, groups: groups, epsilon: epsilon)
        conv2 = try Conv2D(weights["conv2"], inputs: outputs, outputs: outputs)
        shortcut =
            inputs == outputs
            ? nil : try Conv2D(weights["conv_shortcut"], inputs: inputs, outputs: outputs, kernel: 1)
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        conv1.adapt(&adapters)
        timeProjection?.adapt(&adapters)
        conv2.adapt(&adapters)
        shortcut?.adapt(&adapters)
    }

    func callAsFunction(_ x: consuming Tensor, time: Tensor? = nil) -> Tensor {
        let normal = norm1(x, silu: true)
        let shift = timeProjection.flatMap { projection in time.map { projection($0) } }
        let y = shift.map { conv1(normal, shift: $0) } ?? conv1(normal)
        if let shortcut { x = shortcut(x) }
        return conv2(norm2(y, silu: true), residual: x)
    }
}
