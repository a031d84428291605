import Tensors

/// Sampling of latent consistency models: Luo et al., arXiv 2310.04378, algorithm 3.
struct LCMScheduler: Scheduler {
    let timesteps: [Float]
    private let coefficients: [Coefficients]
    private let prediction: PredictionType
    private let clip: Float?

    /// What a step needs of the schedule.
    private struct Coefficients {
        let alpha: Float  // √ᾱₜ
        let sigma: Float  // √(1 - ᾱₜ)
        let skip: Float  // c_skip
        let out: Float  // c_out
        let next: (alpha: Float, sigma: Float)?  // none at the last step, which adds no noise
    }

    private static let dataVariance: Float = 0.25  // σ_data = 0.5, appendix B

    init(_ options: SchedulerOptions, steps: Int) {
        let schedule = options.schedule
        let times = Self.timesteps(steps, original: options.originalSteps, of: schedule.count)
        timesteps = times.map { Float($0) }
        prediction = options.prediction
        clip = options.clip
        coefficients = times.indices.map { step in
            let alpha = schedule.alphas[times[step]]
            let time = Float(times[step]) * options.timestepScaling
            let spread = time * time + Self.dataVariance
            let nextAlpha = step + 1 < times.count ? schedule.alphas[times[step + 1]] : nil
            return Coefficients(
                alpha: alpha.squareRoot(), sigma: (1 - alpha).squareRoot(), skip: Self.dataVariance / spread,
                out: time / spread.squareRoot(), next: nextAlpha.map { ($0.squareRoot(), (1 - $0).squareRoot()) })
        }
    }

    /// Timesteps picked evenly from those of the distillation.
    private static func timesteps(_ steps: Int, original: Int, of total: Int) -> [Int] {
        let stride = Double(original) / Double(steps)
        return (0..<steps).map { (original - Int(Double($0) * stride)) * (total / original) - 1 }
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
        if let clip { picture = picture.clamped(to: -clip...clip) }
        let denoised = c.out * picture + c.skip * latents
        return c.next.map { $0.alpha * denoised + $0.sigma * noise.next() } ?? denoised
    }
}
