package import Layers
package import Tensors

/// One block of a transformer (`CLIPEncoderLayer`): attention, then two linear layers, each on normalised input.
///
///     x [N, T, D] → as x
package struct TransformerBlock: Sendable {
    private let norm1: LayerNorm
    private var query: Linear
    private var key: Linear
    private var value: Linear
    private var output: Linear
    private let norm2: LayerNorm
    private var widen: Linear
    private var narrow: Linear
    private let configuration: TransformerConfiguration

    /// A block of layers that a checkpoint with other names holds.
    package init(
        norm1: LayerNorm, query: Linear, key: Linear, value: Linear, output: Linear, norm2: LayerNorm, widen: Linear,
        narrow: Linear, configuration: TransformerConfiguration
    ) {
        (self.norm1, self.norm2) = (norm1, norm2)
        (self.query, self.key, self.value, self.output) = (query, key, value, output)
        (self.widen, self.narrow) = (widen, narrow)
        self.configuration = configuration
    }

    /// Reads the keys of a `CLIPEncoderLayer`.
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

    /// Takes what adapters add to the block's layers.
    mutating func adapt(_ adapters: inout AdapterSet) {
        query.adapt(&adapters)
        key.adapt(&adapters)
        value.adapt(&adapters)
        output.adapt(&adapters)
        widen.adapt(&adapters)
        narrow.adapt(&adapters)
    }

    /// The block's output; with `causal`, a token sees those up to itself alone.
    ///
    ///     x [N, T, D] → as x
    package func callAsFunction(_ x: consuming Tensor, causal: Bool) -> Tensor {
        let y = norm1(x)
        let z = output(attention(query: query.operand(y), over: memory(y), causal: causal), residual: consume x)
        return widened(consume z)
    }

    /// The block's output for the first token, where each sees all.
    ///
    ///     x [N, T, D] → [N, 1, D]
    package func firstToken(_ x: Tensor) -> Tensor {
        let (count, length, width) = (x.shape[0], x.shape[1], x.shape[2])
        let first = x.reshaped([count * length, width]).rows(at: (0..<count).map { $0 * length }).reshaped(
            [count, 1, width])
        let seen = attention(query: query.operand(norm1(first)), over: memory(norm1(x)))
        return widened(output(seen, residual: consume first))
    }

    private func memory(_ y: Operand) -> KeysAndValues {
        KeysAndValues(key: key.operand(y), value: value.operand(y), heads: configuration.headCount)
    }

    private func widened(_ z: consuming Tensor) -> Tensor {
        let wide = widen.operand(norm2(z), activation: configuration.activation)
        return narrow(wide, residual: consume z)
    }

    /// The keys that its attention compares queries with, before they are scaled.
    ///
    ///     x [N, T, D] → [N, T, heads · d]
    package func keys(of x: Tensor) -> Tensor { key(norm1(x)) }
}

extension [TransformerBlock] {
    /// The blocks of `encoder.layers`.
    init(_ weights: Weights, configuration: TransformerConfiguration) throws(WeightsError) {
        self = []
        for index in 0..<configuration.layerCount {
            append(try TransformerBlock(weights["encoder"]["layers"][index], configuration: configuration))
        }
    }

    /// Takes what adapters add to the layers of all blocks.
    mutating func adapt(_ adapters: inout AdapterSet) {
        for index in indices { self[index].adapt(&adapters) }
    }
}

extension Sequence<TransformerBlock> {
    /// One block after the other.
    ///
    ///     x [N, T, D] → as x
    package func callAsFunction(_ x: consuming Tensor, causal: Bool) -> Tensor {
        for block in self { x = block(consume x, causal: causal) }
        return x
    }
}
