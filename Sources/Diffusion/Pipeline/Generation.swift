package import Images
package import Tensors

/// One picture on its way from noise: a sequence of steps, to be taken one by one.
///
///     var generation = plan.generation(seed: 7)
///     while let step = try generation.next() { report(step) }
///     let image = try generation.image()
///
/// Whoever takes the steps may stop between any two.
package struct Generation: Sendable {
    /// A step that has been taken.
    package struct Step: Sendable, Equatable {
        /// Its number, from 1.
        package let number: Int
        /// How many there are.
        package let count: Int
    }

    /// The latents so far.
    ///
    /// [1, h, w, C]
    package private(set) var latents: Tensor
    /// What it has in common with the request's other pictures.
    package let plan: GenerationPlan
    private var scheduler: any Scheduler
    private var noise: LatentNoise
    private let inpainting: Inpainting?
    private var cache: DeepCache?
    private var takenCount = 0
    private var predicted: Tensor?  // the picture's latents, as the last step saw them

    init(_ plan: GenerationPlan, noise: LatentNoise) {
        var noise = noise
        self.plan = plan
        scheduler = plan.scheduler
        cache = plan.request.deepCacheInterval > 1 ? DeepCache(interval: plan.request.deepCacheInterval) : nil
        (latents, inpainting) = plan.beginning.latents(scheduler, noise: &noise)
        self.noise = noise
    }

    /// How many steps are taken; PNDM takes one more than was asked for, and a picture to begin from saves some.
    package var stepCount: Int { scheduler.timesteps.count - plan.beginning.step }

    /// Whether all steps have been taken.
    package var isComplete: Bool { takenCount >= stepCount }

    private var index: Int { plan.beginning.step + takenCount }

    /// What the U-Net is asked at the next step.
    var question: StepQuestion {
        let shown = scheduler.input(latents, at: index)
        return plan.question(about: inpainting?.shown(shown) ?? shown, at: index)
    }

    /// Takes the next step; nil when all have been taken.
    package mutating func next() throws(GenerationError) -> Step? {
        isComplete ? nil : try step()
    }

    /// Takes the next step, which there must be.
    mutating func step() throws(GenerationError) -> Step { try step(by: plan.unet(question, cache: &cache)) }

    /// Takes the next step by what the U-Net says.
    mutating func step(by output: Tensor) throws(GenerationError) -> Step {
        let index = index
        let output = plan.prediction(by: output, at: index)
        predicted = scheduler.picture(latents, by: output, at: index)
        latents = scheduler.advance(latents, by: output, at: index, noise: &noise)
        takenCount += 1
        if let inpainting {
            latents = inpainting.kept(latents, at: takenCount < stepCount ? scheduler.level(at: index + 1) : nil)
        }
        guard latents.isFinite else { throw .nonfinite(step: takenCount) }
        return Step(number: takenCount, count: stepCount)
    }

    /// A small picture of what the last step took the end to be, at next to no cost; nil before the first step.
    package func preview() -> Image? {
        guard let predicted else { return nil }
        return plan.decoder.preview(on: predicted.device).image(of: inpainting?.kept(predicted, at: nil) ?? predicted)
    }

    /// The picture that the latents stand for: it is noisy until all steps have been taken.
    package func image() throws(GenerationError) -> Image {
        let picture = plan.decoder.decode(latents / plan.decoder.scalingFactor)
        guard picture.isFinite else { throw .nonfinite(step: nil) }
        return Image(picture)
    }
}
