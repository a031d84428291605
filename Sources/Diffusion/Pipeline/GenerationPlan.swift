import Layers
import Tensors

/// A request that a pipeline has accepted, with all that its pictures have in common: the prompt's keys and values,
/// and what stands for the time of each step.
package struct GenerationPlan: Sendable {
    /// What is drawn.
    package let request: GenerationRequest
    /// How many tokens of the prompt the text encoder sees, with the begin and the end of each chunk.
    package let promptTokenCount: Int
    /// How many tokens of the prompt the text encoder does not see.
    package let truncatedPromptTokens: Int
    /// How many tokens of the negative prompt it does not see.
    package let truncatedNegativePromptTokens: Int
    let scheduler: any Scheduler
    let decoder: Autoencoder
    let beginning: Beginning
    let stepShape: StepShape?
    private let pipeline: Pipeline
    private let guidedSteps: Range<Int>
    private let conditioning: Conditioning
    private let time: TimeShifts  // a moment for each step from the first that is taken
    private let unguidedConditioning: Conditioning?  // of the prompt alone, where some steps are guided and others not

    fileprivate init(_ request: GenerationRequest, by pipeline: Pipeline) throws(GenerationError) {
        try request.check()
        stepShape = pipeline.stepShape(of: request)
        let pipeline = pipeline.adapted(by: request.adapters)
        for side in [request.width, request.height] where !side.isMultiple(of: pipeline.factor) {
            throw .notAMultiple(side: side, of: pipeline.factor)
        }
        guard !request.usesFastDecoder || pipeline.hasFastDecoder else { throw .noFastDecoder }
        scheduler = try Self.scheduler(request, pipeline)
        decoder = pipeline.decoder(for: request)
        beginning = try Beginning(request, by: pipeline)
        guidedSteps = try Self.guidedSteps(of: scheduler.timesteps.count, request, pipeline)
        let isGuided = !guidedSteps.isEmpty
        let (prompt, negative) = try Self.prompts(request, isGuided: isGuided, pipeline)
        promptTokenCount = prompt.tokenCount
        truncatedPromptTokens = prompt.truncatedCount
        truncatedNegativePromptTokens = negative?.truncatedCount ?? 0
        let context = pipeline.context(of: [negative, prompt].compactMap(\.self))
        conditioning = pipeline.unet.conditioning(on: context)
        unguidedConditioning =
            isGuided && guidedSteps.count < scheduler.timesteps.count
            ? pipeline.unet.conditioning(on: context[1..<2]) : nil
        let moments = Self.moments(scheduler.timesteps, guidedSteps, request)
        time = pipeline.unet.timeShifts(at: Array(moments.dropFirst(beginning.step)), on: pipeline.device)
        self.request = request
        self.pipeline = pipeline
    }

    private static func scheduler(
        _ request: GenerationRequest, _ pipeline: Pipeline
    ) throws(GenerationError) -> any Scheduler {
        let kind = request.scheduler ?? pipeline.schedulerKind
        guard request.eta == 0 || kind == .ddim else { throw .etaWithout(kind) }
        let configuration: SchedulerConfiguration
        do throws(ModelError) {
            configuration = try pipeline.schedulers.switched(to: kind)
        } catch {
            throw .scheduler(error)
        }
        do throws(SchedulerError) {
            return try configuration.scheduler(steps: request.steps, eta: request.eta)
        } catch {
            switch error {
            case .tooManySteps(let steps, let maximum): throw .tooManySteps(steps, maximum: maximum)
            }
        }
    }

    /// The steps at which two predictions are made.
    private static func guidedSteps(
        of count: Int, _ request: GenerationRequest, _ pipeline: Pipeline
    ) throws(GenerationError) -> Range<Int> {
        let isGuided = pipeline.isGuided(at: request.guidanceScale)
        guard let interval = request.guidanceInterval else { return isGuided ? 0..<count : 0..<0 }
        guard isGuided else { throw .intervalWithoutGuidance }
        return interval.steps(of: count)
    }

    /// What the U-Net is told at each step.
    ///
    /// There are at most 151, for which Stable Diffusion 2 makes 12 MB.
    private static func moments(
        _ timesteps: [Float], _ guidedSteps: Range<Int>, _ request: GenerationRequest
    ) -> [Moment] {
        zip(0..., timesteps).map { step, timestep in
            Moment(timestep: timestep, guidanceScale: guidedSteps.contains(step) ? nil : request.guidanceScale)
        }
    }

    private static func prompts(
        _ request: GenerationRequest, isGuided: Bool, _ pipeline: Pipeline
    ) throws(GenerationError) -> (prompt: PromptChunks, negative: PromptChunks?) {
        let prompt: PromptChunks
        do throws(PromptError) { prompt = try pipeline.chunks(of: request.prompt) } catch { throw .prompt(error) }
        guard isGuided else { return (prompt, nil) }
        do throws(PromptError) {
            return (prompt, try pipeline.chunks(of: request.negativePrompt))
        } catch {
            throw .negativePrompt(error)
        }
    }

    /// The picture of one seed, before its first step.
    package func generation(seed: UInt64) -> Generation {
        let factor = pipeline.factor
        let shape = [1, request.height / factor, request.width / factor, pipeline.latentChannels]
        return Generation(self, noise: LatentNoise(seed: seed, shape: shape, on: pipeline.device))
    }

    /// The U-Net that is asked.
    var unet: UNet { pipeline.unet }

    /// What the U-Net is asked at a step.
    ///
    ///     latents [1, h, w, C]
    func question(about latents: Tensor, at step: Int) -> StepQuestion {
        let unguided = guidedSteps.contains(step) ? nil : unguidedConditioning
        return StepQuestion(
            latents: latents, time: time.moment(step - beginning.step), conditioning: unguided ?? conditioning)
    }

    /// What the U-Net's output at a step means, with guidance where it is applied.
    ///
    ///     output [1, h, w, C], or [2, h, w, C] without and with the prompt → [1, h, w, C]
    func prediction(by output: Tensor, at step: Int) -> Tensor {
        guard guidedSteps.contains(step) else { return output }
        let (unguided, guided) = (output[0..<1], output[1..<2])
        return unguided + request.guidanceScale * (guided - unguided)
    }
}

extension Pipeline {
    /// Checks a request and encodes its prompts.
    package func plan(_ request: GenerationRequest) throws(GenerationError) -> GenerationPlan {
        try GenerationPlan(request, by: self)
    }
}
