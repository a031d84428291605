import Layers
import Tensors

/// Attention among the pixels, attention to the prompt and a gated feed-forward layer, each added to its input.
///
///     x [N, T, width] → [N, T, width], or [P, T, width] of more prompts
///
/// diffusers `BasicTransformerBlock`.
struct TransformerBlock: Sendable {
    private let norm1: LayerNorm
    private var attention1: PixelAttention
    private let norm2: LayerNorm
    private var attention2: PixelAttention
    private let norm3: LayerNorm
    private var gate: Linear
    private var output: Linear

    init(
        _ weights: Weights, width: Int, heads: Int, contextWidth: Int, attendsOnlyToPrompt: Bool,
        _ projections: inout KeyValueProjections
    ) throws(WeightsError) {
        norm1 = try LayerNorm(weights["norm1"], features: width)
        norm2 = try LayerNorm(weights["norm2"], features: width)
        norm3 = try LayerNorm(weights["norm3"], features: width)
        attention1 =
            attendsOnlyToPrompt
            ? try PixelAttention(weights["attn1"], width: width, heads: heads, contextWidth, &projections)
            : try PixelAttention(weights["attn1"], width: width, heads: heads)
        attention2 = try PixelAttention(weights["attn2"], width: width, heads: heads, contextWidth, &projections)
        let hidden = 4 * width  // diffusers `FeedForward`, mult
        gate = try Linear(weights["ff"]["net"][0]["proj"], inputs: width, outputs: 2 * hidden)
        output = try Linear(weights["ff"]["net"][2], inputs: hidden, outputs: width)
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        attention1.adapt(&adapters)
        attention2.adapt(&adapters)
        gate.adapt(&adapters)
        output.adapt(&adapters)
    }

    func callAsFunction(_ x: consuming Tensor, _ conditioning: Conditioning) -> Tensor {
        x = attention1(norm1(x), conditioning, residual: consume x)
        x = attention2(norm2(x), conditioning, residual: consume x)
        let gated = gate.gated(norm3(x))
        return output(gated, residual: consume x)
    }
}

/// Attention of the pixels to one another or to the prompt.
///
///     x [N, T, width], residual [N, T, width] → [N, T, width], or [P, T, width] of more prompts
private struct PixelAttention: Sendable {
    private enum Source {
        case pixels(KeyValueProjection)
        case prompt(slot: Int)
    }

    private var query: Linear
    private var source: Source
    private var output: Linear

    /// Attention among the pixels.
    init(_ weights: Weights, width: Int, heads: Int) throws(WeightsError) {
        let projection = try KeyValueProjection(weights, inputs: width, outputs: width, heads: heads)
        try self.init(weights, width: width, .pixels(projection))
    }

    /// Attention to the prompt, whose keys and values are made ahead.
    init(
        _ weights: Weights, width: Int, heads: Int, _ contextWidth: Int, _ projections: inout KeyValueProjections
    ) throws(WeightsError) {
        let projection = try KeyValueProjection(weights, inputs: contextWidth, outputs: width, heads: heads)
        try self.init(weights, width: width, .prompt(slot: projections.append(projection)))
    }

    private init(_ weights: Weights, width: Int, _ source: Source) throws(WeightsError) {
        query = try Linear(weights["to_q"], inputs: width, outputs: width, bias: false)
        output = try Linear(weights["to_out"][0], inputs: width, outputs: width)
        self.source = source
    }

    /// The keys and values of prompts are adapted by those who hold their layers.
    mutating func adapt(_ adapters: inout AdapterSet) {
        query.adapt(&adapters)
        output.adapt(&adapters)
        guard case .pixels(var projection) = source else { return }
        projection.adapt(&adapters)
        source = .pixels(projection)
    }

    func callAsFunction(_ x: Operand, _ conditioning: Conditioning, residual: consuming Tensor) -> Tensor {
        let memory =
            switch source {
            case .pixels(let projection): projection(x)
            case .prompt(let slot): conditioning[slot]
            }
        let found = attention(query: query.operand(x), over: memory)
        residual = residual.repeatingEach(found.shape[0] / residual.shape[0])
        return output(found, residual: consume residual)
    }
}
