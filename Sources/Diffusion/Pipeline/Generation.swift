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
    private let plan: GenerationPlan
    private var scheduler: any Scheduler
    private var noise: LatentNoise
    private var takenCount = 0

    init(_ plan: GenerationPlan, noise: LatentNoise) {
        var noise = noise
        self.plan = plan
        scheduler = plan.scheduler
        latents = scheduler.initialNoiseScale * noise.next()
        self.noise = noise
    }

    /// How many steps there are; PNDM takes one more than was asked for.
    package var stepCount: Int { scheduler.timesteps.count }

    /// Takes the next step; nil when all have been taken.
    package mutating func next() throws(GenerationError) -> Step? {
        guard takenCount < stepCount else { return nil }
        let shown = scheduler.input(latents, at: takenCount)
        let output = plan.prediction(of: shown, at: scheduler.timesteps[takenCount])
        latents = scheduler.advance(latents, by: output, at: takenCount, noise: &noise)
        takenCount += 1
        guard latents.isFinite else { throw .nonfinite(step: takenCount) }
        return Step(number: takenCount, count: stepCount)
    }

    /// The picture that the latents stand for: a preview until all steps have been taken.
    package func image() throws(GenerationError) -> Image {
        let picture = plan.decoder.decode(latents / plan.decoder.scalingFactor)
        guard picture.isFinite else { throw .nonfinite(step: nil) }
        return Image(picture)
    }
}
