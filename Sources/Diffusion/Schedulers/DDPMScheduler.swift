import Glibc
import Tensors

/// Denoising diffusion probabilistic models: Ho et al., arXiv 2006.11239, equations 6, 7 and 15.
struct DDPMScheduler: Scheduler {
    /// How much noise each step adds.
    enum Variance: String, CaseIterable, Sendable {
        case small = "fixed_small"
        case smallByLogarithm = "fixed_small_log"
        case large = "fixed_large"
    }

    let timesteps: [Float]
    private let coefficients: [Coefficients]
    private let prediction: PredictionType
    private let clip: Float?

    /// What a step needs of the schedule.
    private struct Coefficients {
        let alpha: Float  // √ᾱₜ
        let sigma: Float  // √(1 - ᾱₜ)
        let picture: Float
        let latents: Float
        let noise: Float?  // none at timestep 0
    }

    init(_ options: SchedulerOptions, steps: Int) {
        let schedule = options.schedule
        let times = options.spacing.timesteps(steps, of: schedule.count, offset: options.stepsOffset)
        timesteps = times.map { Float($0) }
        prediction = options.prediction
        clip = options.clip
        coefficients = times.indices.map { step in
            let alpha = schedule.alphas[times[step]]
            let nextAlpha = step + 1 < times.count ? schedule.alphas[times[step + 1]] : 1
            let ratio = alpha / nextAlpha
            let (beta, nextBeta, stepBeta) = (1 - alpha, 1 - nextAlpha, 1 - ratio)
            let deviation = Self.deviation(options.variance, beta: stepBeta, smallVariance: nextBeta / beta * stepBeta)
            return Coefficients(
                alpha: alpha.squareRoot(), sigma: beta.squareRoot(),
                picture: nextAlpha.squareRoot() * stepBeta / beta, latents: ratio.squareRoot() * nextBeta / beta,
                noise: times[step] > 0 ? deviation : nil)
        }
    }

    private static func deviation(_ variance: Variance, beta: Float, smallVariance: Float) -> Float {
        let small = max(smallVariance, 1e-20)
        return switch variance {
        case .small: small.squareRoot()
        case .smallByLogarithm: exp(0.5 * log(small))
        case .large: beta.squareRoot()
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
        if let clip { picture = picture.clamped(to: -clip...clip) }
        let next = c.picture * picture + c.latents * latents
        return c.noise.map { next + $0 * noise.next() } ?? next
    }
}
