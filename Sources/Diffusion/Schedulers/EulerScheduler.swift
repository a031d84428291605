import Tensors

/// Euler's method: algorithm 2 of Karras et al., arXiv 2206.00364, without churn.
struct EulerScheduler: Scheduler {
    let timesteps: [Float]
    let initialNoiseScale: Float
    private let sigmas: [Float]  // one more than timesteps
    private let prediction: PredictionType

    init(_ options: SchedulerOptions, steps: Int) {
        let schedule = options.schedule
        let times = options.spacing.fractionalTimesteps(steps, of: schedule.count, offset: options.stepsOffset)
        var ladder = SigmaLadder(schedule, at: times.map { Double($0) })
        if options.usesKarrasSigmas { ladder = ladder.karras(steps) }
        timesteps = ladder.timesteps.map { Float($0) }
        sigmas = ladder.values.map { Float($0) } + [options.endsAtZero ? 0 : schedule.sigmas[0]]
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
        let picture = self.picture(latents, by: output, at: step)
        return latents + (next - sigma) * ((latents - picture) / sigma)
    }
}

extension TimestepSpacing {
    /// The largest σ, or for "leading", which starts a little before it, with the picture's own variance added.
    func initialNoiseScale(of sigmas: [Float]) -> Float {
        let largest = sigmas.max() ?? 0
        return self == .leading ? (largest * largest + 1).squareRoot() : largest
    }
}

extension Tensor {
    /// Latents = picture + `sigma` noise, brought back to the variance that the U-Net was trained on.
    func scaledForModel(sigma: Float) -> Tensor { self / (sigma * sigma + 1).squareRoot() }
}
