import Tensors

/// Euler's method that steps below its target and adds noise up to it: `sample_euler_ancestral` of k-diffusion.
struct EulerAncestralScheduler: Scheduler {
    let timesteps: [Float]
    let initialNoiseScale: Float
    private let sigmas: [Float]  // one more than timesteps; the last is zero
    private let prediction: PredictionType

    init(_ options: SchedulerOptions, steps: Int) {
        let schedule = options.schedule
        timesteps = options.spacing.fractionalTimesteps(steps, of: schedule.count, offset: options.stepsOffset)
        sigmas = SigmaLadder(schedule, at: timesteps.map { Double($0) }).values.map { Float($0) } + [0]
        initialNoiseScale = options.spacing.initialNoiseScale(of: sigmas)
        prediction = options.prediction
    }

    func input(_ latents: Tensor, at step: Int) -> Tensor { latents.scaledForModel(sigma: sigmas[step]) }

    func level(at step: Int) -> NoiseLevel { NoiseLevel(signal: 1, noise: sigmas[step]) }

    func picture(_ latents: Tensor, by output: Tensor, at step: Int) -> Tensor {
        prediction.picture(output, explodingLatents: latents, sigma: sigmas[step])
    }

    mutating func advance(
        _ latents: Tensor, by output: Tensor, at step: Int, noise: inout LatentNoise
    ) -> Tensor {
        let (sigma, next) = (sigmas[step], sigmas[step + 1])
        let up = (next * next * (sigma * sigma - next * next) / (sigma * sigma)).squareRoot()
        let down = (next * next - up * up).squareRoot()
        let picture = self.picture(latents, by: output, at: step)
        let moved = latents + (down - sigma) * ((latents - picture) / sigma)
        return up > 0 ? moved + up * noise.next() : moved
    }
}
