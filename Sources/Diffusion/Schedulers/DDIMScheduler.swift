import Tensors

/// Denoising diffusion implicit models: Song et al., arXiv 2010.02502, equations 12 and 16.
struct DDIMScheduler: Scheduler {
    let timesteps: [Float]
    private let coefficients: [Coefficients]
    private let prediction: PredictionType
    private let clip: Float?

    /// What a step needs of the schedule.
    private struct Coefficients {
        let alpha: Float  // √ᾱₜ
        let sigma: Float  // √(1 - ᾱₜ)
        let nextAlpha: Float
        let direction: Float
        let noise: Float
    }

    init(_ options: SchedulerOptions, steps: Int, eta: Float) {
        let schedule = options.schedule
        let times = options.spacing.timesteps(steps, of: schedule.count, offset: options.stepsOffset)
        let finalAlpha = options.setsAlphaToOne ? 1 : schedule.alphas[0]
        timesteps = times.map { Float($0) }
        prediction = options.prediction
        clip = options.clip
        coefficients = times.map { time in
            let next = time - schedule.count / steps
            let alpha = schedule.alphas[time]
            let nextAlpha = next >= 0 ? schedule.alphas[next] : finalAlpha
            let variance = (1 - nextAlpha) / (1 - alpha) * (1 - alpha / nextAlpha)
            let deviation = eta * variance.squareRoot()
            // At eta = 1 from a signal of zero nothing is left, which rounding may make less than nothing.
            let direction = max(0, 1 - nextAlpha - deviation * deviation)
            return Coefficients(
                alpha: alpha.squareRoot(), sigma: (1 - alpha).squareRoot(), nextAlpha: nextAlpha.squareRoot(),
                direction: direction.squareRoot(), noise: deviation)
        }
    }

    func level(at step: Int) -> NoiseLevel {
        NoiseLevel(signal: coefficients[step].alpha, noise: coefficients[step].sigma)
    }

    func picture(_ latents: Tensor, by output: Tensor, at step: Int) -> Tensor {
        let c = coefficients[step]
        return prediction.picture(output, latents: latents, alpha: c.alpha, sigma: c.sigma)
    }

    mutating func advance(
        _ latents: Tensor, by output: Tensor, at step: Int, noise: inout LatentNoise
    ) -> Tensor {
        let c = coefficients[step]
        var picture = self.picture(latents, by: output, at: step)
        let direction = prediction.noise(output, latents: latents, alpha: c.alpha, sigma: c.sigma)
        if let clip { picture = picture.clamped(to: -clip...clip) }
        let next = c.nextAlpha * picture + c.direction * direction
        return c.noise > 0 ? next + c.noise * noise.next() : next
    }
}
