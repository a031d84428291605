package import Layers
package import Tensors

/// The noise predictor of Stable Diffusion 1.x, 2.x, Turbo and their pruned and distilled kin.
///
///     latents [N, h, w, C], prompts [P, S, D] → [max(N, P), h, w, C']
///
/// diffusers 0.42.1 `UNet2DConditionModel`, as `UNetConfiguration` bounds it.
package struct UNet: Sendable {
    /// What the model looks like.
    package let configuration: UNetConfiguration
    private var projections: KeyValueProjections
    private var times: TimeProjections
    private var input: Conv2D
    private var downBlocks: [DownBlock]
    private var middle: [UNetLayer]
    private var upBlocks: [UpBlock]
    private let outputNorm: GroupNorm
    private var output: Conv2D

    /// Loads `config.json` and the weights beside it.
    package init(folder: String, on device: Device) throws(ModelError) {
        let configuration = try UNetConfiguration(ConfigurationFile("\(folder)/config.json"))
        self = try ModelError.naming(folder) { () throws(WeightsError) in
            let weights = try Weights(contentsOf: folder, on: device)
            let unet = try UNet(weights, configuration)
            try weights.requireAllRead()
            return unet
        }
        device.trimMemory()  // The checkpoint's layout of the weights is not needed again.
    }

    private init(_ weights: Weights, _ configuration: UNetConfiguration) throws(WeightsError) {
        let levels = configuration.levels
        let (finest, coarsest) = (levels[0], levels[levels.count - 1])
        var projections = KeyValueProjections()
        var times = TimeProjections(try TimeEmbedding(weights["time_embedding"], configuration))
        input = try Conv2D(
            weights["conv_in"], inputs: configuration.inputChannels, outputs: finest.channels,
            kernel: configuration.inputKernel)
        var downBlocks: [DownBlock] = []
        for (index, level) in levels.enumerated() {
            downBlocks.append(
                try DownBlock(
                    weights["down_blocks"][index], inputs: levels[max(0, index - 1)].channels,
                    isLast: index == levels.count - 1, configuration, level, &projections, &times))
        }
        var middle: [UNetLayer] = []
        for index in 0..<(configuration.hasMiddleBlock ? 2 : 0) {
            middle.append(
                try UNetLayer(
                    weights["mid_block"], index: index, inputs: coarsest.channels, attends: index == 0, configuration,
                    coarsest, &projections, &times))
        }
        var upBlocks: [UpBlock] = []
        for (index, level) in levels.enumerated().reversed() {
            upBlocks.append(
                try UpBlock(
                    weights["up_blocks"][levels.count - 1 - index],
                    inputs: levels[min(levels.count - 1, index + 1)].channels,
                    finerChannels: levels[max(0, index - 1)].channels, isLast: index == 0, configuration, level,
                    &projections, &times))
        }
        outputNorm = try GroupNorm(
            weights["conv_norm_out"], channels: finest.channels, groups: configuration.groupCount,
            epsilon: configuration.epsilon)
        output = try Conv2D(
            weights["conv_out"], inputs: finest.channels, outputs: configuration.outputChannels,
            kernel: configuration.outputKernel)
        self.configuration = configuration
        self.projections = projections
        self.times = times
        self.downBlocks = downBlocks
        self.middle = middle
        self.upBlocks = upBlocks
    }

    /// Takes what adapters add to the model's layers, in place of what earlier ones did.
    package mutating func adapt(_ adapters: inout AdapterSet) {
        projections.adapt(&adapters)
        times.adapt(&adapters)
        input.adapt(&adapters)
        for index in downBlocks.indices { downBlocks[index].adapt(&adapters) }
        for index in middle.indices { middle[index].adapt(&adapters) }
        for index in upBlocks.indices { upBlocks[index].adapt(&adapters) }
        output.adapt(&adapters)
    }

    /// What every step of a request needs of its prompts.
    ///
    ///     context [P, S, D], the text encoder's hidden states
    package func conditioning(on context: Tensor) -> Conditioning { projections(context) }

    /// What a request's steps need of their moments, in their order.
    package func timeShifts(at moments: [Moment], on device: Device) -> TimeShifts { times(at: moments, on: device) }

    /// The model's prediction for latents at one moment.
    ///
    ///     latents [N, h, w, C] → [max(N, P), h, w, C']
    ///
    /// The images are shared out among the P prompts in order: image i has prompt ⌊i · P / N⌋. Where there are more
    /// prompts, answer i is of latents ⌊i · N / P⌋, which go through the layers before the first prompt once.
    package func callAsFunction(_ latents: Tensor, time: TimeShifts, conditioning: Conditioning) -> Tensor {
        var none: DeepCache?
        return self(StepQuestion(latents: latents, time: time, conditioning: conditioning), cache: &none)
    }

    /// The same where no other step is taken; `guidanceScale` is for models distilled from guidance, and without effect
    /// on others.
    package func callAsFunction(
        _ latents: Tensor, timestep: Float, conditioning: Conditioning, guidanceScale: Float? = nil
    ) -> Tensor {
        let moment = Moment(timestep: timestep, guidanceScale: guidanceScale)
        return self(latents, time: timeShifts(at: [moment], on: latents.device), conditioning: conditioning)
    }

    /// The answer to a question, with what `cache` has kept in place of all layers but the last where it is fresh enough.
    ///
    ///     latents [N, h, w, C] → [max(N, P), h, w, C']
    func callAsFunction(_ question: StepQuestion, cache: inout DeepCache?) -> Tensor {
        let (latents, time, conditioning) = (question.latents, question.time, question.conditioning)
        var x = input(latents)
        var skips = [x]
        if let features = cache?.reused(imageCount: question.imageCount) {
            x = upBlocks[upBlocks.count - 1].last(features, time: time, conditioning, skip: x)
        } else {
            for block in downBlocks { x = block(x, time: time, conditioning, skips: &skips) }
            for layer in middle { x = layer(consume x, time: time, conditioning) }
            for block in upBlocks { x = block(consume x, time: time, conditioning, skips: &skips, cache: &cache) }
        }
        return output(outputNorm(x, silu: true)).repeatingEach(question.imageCount / x.shape[0])
    }
}
