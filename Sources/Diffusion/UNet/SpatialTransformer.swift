import Layers
import Tensors

/// Transformer blocks over the pixels of a feature map, added to it.
///
///     x [N, H, W, C] → [N, H, W, C], or [P, H, W, C] of more prompts
///
/// diffusers `Transformer2DModel`. Channels-last, a feature map is its token sequence.
struct SpatialTransformer: Sendable {
    private static let normEpsilon: Float = 1e-6  // diffusers `Transformer2DModel._init_continuous_input`

    private let norm: GroupNorm
    private var input: PixelProjection
    private var blocks: [TransformerBlock]
    private var output: PixelProjection

    init(
        _ weights: Weights, _ configuration: UNetConfiguration, _ level: UNetConfiguration.Level,
        attendsOnlyToPrompt: Bool, _ projections: inout KeyValueProjections
    ) throws(WeightsError) {
        let channels = level.channels
        let width = channels / level.headCount * level.headCount
        let isLinear = configuration.projectsLinearly
        norm = try GroupNorm(
            weights["norm"], channels: channels, groups: configuration.groupCount, epsilon: Self.normEpsilon)
        input = try PixelProjection(weights["proj_in"], inputs: channels, outputs: width, isLinear: isLinear)
        var blocks: [TransformerBlock] = []
        for index in 0..<level.transformerDepth {
            blocks.append(
                try TransformerBlock(
                    weights["transformer_blocks"][index], width: width, heads: level.headCount,
                    contextWidth: configuration.contextWidth, attendsOnlyToPrompt: attendsOnlyToPrompt, &projections))
        }
        self.blocks = blocks
        output = try PixelProjection(weights["proj_out"], inputs: width, outputs: channels, isLinear: isLinear)
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        input.adapt(&adapters)
        for index in blocks.indices { blocks[index].adapt(&adapters) }
        output.adapt(&adapters)
    }

    func callAsFunction(_ x: consuming Tensor, _ conditioning: Conditioning) -> Tensor {
        let (images, height, width) = (x.shape[0], x.shape[1], x.shape[2])
        var tokens = input(norm(x))
        let features = tokens.shape[3]
        tokens = tokens.reshaped([images, height * width, features])
        for block in blocks { tokens = block(consume tokens, conditioning) }
        let seen = tokens.shape[0]
        let rows = Operand(consume tokens).reshaped([seen, height, width, features])
        x = x.repeatingEach(seen / images)
        return output(rows, residual: consume x)
    }
}

/// A linear layer on each pixel, which older checkpoints hold as a 1x1 convolution.
private enum PixelProjection: Sendable {
    case linear(Linear)
    case convolution(Conv2D)

    init(_ weights: Weights, inputs: Int, outputs: Int, isLinear: Bool) throws(WeightsError) {
        self =
            isLinear
            ? .linear(try Linear(weights, inputs: inputs, outputs: outputs))
            : .convolution(try Conv2D(weights, inputs: inputs, outputs: outputs, kernel: 1))
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        switch self {
        case .linear(var linear):
            linear.adapt(&adapters)
            self = .linear(linear)
        case .convolution(var convolution):
            convolution.adapt(&adapters)
            self = .convolution(convolution)
        }
    }

    func callAsFunction(_ x: Operand, residual: consuming Tensor? = nil) -> Tensor {
        switch self {
        case .linear(let linear): linear(x, residual: consume residual)
        case .convolution(let convolution): convolution(x, residual: consume residual)
        }
    }
}
