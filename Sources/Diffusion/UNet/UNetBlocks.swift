import Layers
import Tensors

/// A residual block and, where the level attends, a transformer after it.
///
///     x [N, H, W, inputs], time of one moment or of N → [N, H, W, C], or [P, H, W, C] where it attends to more prompts
struct UNetLayer: Sendable {
    private var residual: ResidualBlock
    private let timeSlot: Int
    private var transformer: SpatialTransformer?

    /// The layer of a block's weights at `index`, which ends in the level's channels.
    init(
        _ weights: Weights, index: Int, inputs: Int, attends: Bool, attendsOnlyToPrompt: Bool = false,
        _ configuration: UNetConfiguration, _ level: UNetConfiguration.Level, _ projections: inout KeyValueProjections,
        _ times: inout TimeProjections
    ) throws(WeightsError) {
        let block = weights["resnets"][index]
        residual = try ResidualBlock(
            block, inputs: inputs, outputs: level.channels, groups: configuration.groupCount,
            epsilon: configuration.epsilon)
        timeSlot = times.append(
            try Linear(block["time_emb_proj"], inputs: configuration.timeWidth, outputs: level.channels))
        transformer =
            attends
            ? try SpatialTransformer(
                weights["attentions"][index], configuration, level, attendsOnlyToPrompt: attendsOnlyToPrompt,
                &projections) : nil
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        residual.adapt(&adapters)
        transformer?.adapt(&adapters)
    }

    func callAsFunction(_ x: consuming Tensor, time: TimeShifts, _ conditioning: Conditioning) -> Tensor {
        let shift = time.shift(timeSlot, imageCount: x.shape[0])
        let y = residual(consume x, shift: shift)
        guard let transformer else { return y }
        return transformer(consume y, conditioning)
    }
}

/// The layers of one resolution on the way down, and the convolution that halves it.
///
///     x [N, H, W, inputs] → [N, ⌈H/2⌉, ⌈W/2⌉, C], or [N, H, W, C] at the coarsest level
///
/// diffusers `DownBlock2D` and `CrossAttnDownBlock2D`.
struct DownBlock: Sendable {
    private var layers: [UNetLayer]
    private var downsampler: Conv2D?

    init(
        _ weights: Weights, inputs: Int, isLast: Bool, _ configuration: UNetConfiguration,
        _ level: UNetConfiguration.Level, _ projections: inout KeyValueProjections, _ times: inout TimeProjections
    ) throws(WeightsError) {
        var layers: [UNetLayer] = []
        for index in 0..<level.layerCount {
            layers.append(
                try UNetLayer(
                    weights, index: index, inputs: index == 0 ? inputs : level.channels,
                    attends: level.attendsGoingDown, attendsOnlyToPrompt: level.attendsOnlyToPrompt, configuration,
                    level, &projections, &times))
        }
        self.layers = layers
        downsampler =
            isLast
            ? nil
            : try Conv2D(
                weights["downsamplers"][0]["conv"], inputs: level.channels, outputs: level.channels, stride: 2)
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        for index in layers.indices { layers[index].adapt(&adapters) }
        downsampler?.adapt(&adapters)
    }

    /// Leaves what each layer makes in `skips`, for the way up.
    func callAsFunction(
        _ x: consuming Tensor, time: TimeShifts, _ conditioning: Conditioning, skips: inout [Tensor]
    ) -> Tensor {
        for layer in layers {
            x = layer(x, time: time, conditioning)
            skips.append(copy x)
        }
        if let downsampler {
            x = downsampler(x)
            skips.append(copy x)
        }
        return x
    }
}

/// The layers of one resolution on the way up, each fed with a skip too, and the convolution after doubling it.
///
///     x [N, H, W, inputs] → [N, H', W', C], of the size of the next skip
///
/// diffusers `UpBlock2D` and `CrossAttnUpBlock2D`.
struct UpBlock: Sendable {
    private var layers: [UNetLayer]
    private var upsampler: Conv2D?

    /// `finerChannels` is the width of the next finer level, from whose down-sampling the last skip comes.
    init(
        _ weights: Weights, inputs: Int, finerChannels: Int, isLast: Bool, _ configuration: UNetConfiguration,
        _ level: UNetConfiguration.Level, _ projections: inout KeyValueProjections, _ times: inout TimeProjections
    ) throws(WeightsError) {
        var layers: [UNetLayer] = []
        for index in 0...level.layerCount {
            let skipChannels = index == level.layerCount ? finerChannels : level.channels
            layers.append(
                try UNetLayer(
                    weights, index: index, inputs: (index == 0 ? inputs : level.channels) + skipChannels,
                    attends: level.attendsGoingUp, attendsOnlyToPrompt: level.attendsOnlyToPrompt, configuration,
                    level, &projections, &times))
        }
        self.layers = layers
        upsampler =
            isLast
            ? nil : try Conv2D(weights["upsamplers"][0]["conv"], inputs: level.channels, outputs: level.channels)
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        for index in layers.indices { layers[index].adapt(&adapters) }
        upsampler?.adapt(&adapters)
    }

    /// Takes one of `skips` for each layer; `cache` keeps what the last layer of all is fed with beside its skip.
    func callAsFunction(
        _ x: consuming Tensor, time: TimeShifts, _ conditioning: Conditioning, skips: inout [Tensor],
        cache: inout DeepCache?
    ) -> Tensor {
        for layer in layers {
            if skips.count == 1 { cache?.keep(copy x) }
            x = x.beside(skips.removeLast())
            x = layer(consume x, time: time, conditioning)
        }
        if let upsampler, let size = skips.last?.shape {
            // Twice the size, or a row or column fewer where halving rounded up.
            x = upsampler(Operand(upsampling: consume x, height: size[1], width: size[2]))
        }
        return x
    }

    /// The last layer alone.
    func last(_ x: consuming Tensor, time: TimeShifts, _ conditioning: Conditioning, skip: Tensor) -> Tensor {
        layers[layers.count - 1](x.beside(skip), time: time, conditioning)
    }
}

extension Tensor {
    /// Features and a skip, which may be of fewer images where it comes from before the first attention.
    ///
    ///     self [P, H, W, A], skip [N, H, W, B] → [P, H, W, A + B]
    fileprivate func beside(_ skip: Tensor) -> Tensor {
        concatenatingChannels(skip.repeatingEach(shape[0] / skip.shape[0]))
    }
}
