import Layers
import Tensors

/// One block of CLIP's transformers (`CLIPEncoderLayer`): attention, then two linear layers, each on normalised input.
///
///     x [N, T, D] → as x
struct TransformerBlock: Sendable {
    private let norm1: LayerNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let norm2: LayerNorm
    private let widen: Linear
    private let narrow: Linear
    private let configuration: TransformerConfiguration

    init(_ weights: Weights, configuration: TransformerConfiguration) throws(WeightsError) {
        let (width, innerWidth, epsilon) = (configuration.width, configuration.innerWidth, configuration.epsilon)
        let attention = weights["self_attn"]
        norm1 = try LayerNorm(weights["layer_norm1"], features: width, epsilon: epsilon)
        query = try Linear(attention["q_proj"], inputs: width, outputs: width)
        key = try Linear(attention["k_proj"], inputs: width, outputs: width)
        value = try Linear(attention["v_proj"], inputs: width, outputs: width)
        output = try Linear(attention["out_proj"], inputs: width, outputs: width)
        norm2 = try LayerNorm(weights["layer_norm2"], features: width, epsilon: epsilon)
        widen = try Linear(weights["mlp"]["fc1"], inputs: width, outputs: innerWidth)
        narrow = try Linear(weights["mlp"]["fc2"], inputs: innerWidth, outputs: width)
        self.configuration = configuration
    }

    func callAsFunction(_ x: Tensor, causal: Bool) -> Tensor {
        let y = norm1(x)
        let attended = attention(
            query: query(y), key: key(y), value: value(y), heads: configuration.headCount, causal: causal)
        let z = output(attended, residual: x)
        return narrow(configuration.activation(widen(norm2(z))), residual: z)
    }
}

extension [TransformerBlock] {
    /// The blocks of `encoder.layers`.
    init(_ weights: Weights, configuration: TransformerConfiguration) throws(WeightsError) {
        self = []
        for index in 0..<configuration.layerCount {
            append(try TransformerBlock(weights["encoder"]["layers"][index], configuration: configuration))
        }
    }

    /// One block after the other.
    ///
    ///     x [N, T, D] → as x
    func callAsFunction(_ x: Tensor, causal: Bool) -> Tensor { reduce(x) { x, block in block(x, causal: causal) } }
}
