import Glibc
import Tensors

/// DPM-Solver++ in its multi-step form ("DPM++ 2M" at order 2): Lu et al., arXiv 2211.01095.
struct DPMSolverScheduler: Scheduler {
    /// How the second order's derivative is weighed.
    enum Correction: String, CaseIterable, Sendable {
        case midpoint, heun
    }

    let timesteps: [Float]
    private let levels: [SolverLevel]  // one more than timesteps
    private let prediction: PredictionType
    private let order: Int
    private let correction: Correction
    private let lowersOrderAtEnd: Bool  // for the last two steps of few
    private let endsByFirstOrder: Bool
    private var pictures: [Tensor] = []  // what the last outputs meant, newest first

    init(_ options: SchedulerOptions, steps: Int) {
        (levels, timesteps) = SolverLevel.ladder(options, steps: steps)
        prediction = options.prediction
        order = options.order
        correction = options.correction
        lowersOrderAtEnd = options.lowersFinalOrder && steps < 15
        endsByFirstOrder = options.endsByEuler || lowersOrderAtEnd || options.endsAtZero
    }

    func level(at step: Int) -> NoiseLevel { NoiseLevel(signal: levels[step].alpha, noise: levels[step].sigma) }

    func picture(_ latents: Tensor, by output: Tensor, at step: Int) -> Tensor {
        let level = levels[step]
        return prediction.picture(output, latents: latents, alpha: level.alpha, sigma: level.sigma)
    }

    mutating func advance(
        _ latents: Tensor, by output: Tensor, at step: Int, noise: inout LatentNoise
    ) -> Tensor {
        let picture = self.picture(latents, by: output, at: step)
        pictures = Array(([picture] + pictures).prefix(order))
        let remaining = timesteps.count - step
        if pictures.count == 1 || remaining == 1 && endsByFirstOrder { return firstOrder(latents, step) }
        if pictures.count == 2 || remaining == 2 && lowersOrderAtEnd { return secondOrder(latents, step) }
        return thirdOrder(latents, step)
    }

    private func firstOrder(_ latents: Tensor, _ step: Int) -> Tensor {
        let (next, now) = (levels[step + 1], levels[step])
        let decay = exp(now.lambda - next.lambda) - 1
        return (next.sigma / now.sigma) * latents - (next.alpha * decay) * pictures[0]
    }

    private func secondOrder(_ latents: Tensor, _ step: Int) -> Tensor {
        let (next, now, before) = (levels[step + 1], levels[step], levels[step - 1])
        let h = next.lambda - now.lambda
        let ratio = (now.lambda - before.lambda) / h
        let decay = exp(-h) - 1
        let weight =
            switch correction {
            case .midpoint: -0.5 * (next.alpha * decay)
            case .heun: next.alpha * (decay / h + 1)
            }
        let slope = (1 / ratio) * (pictures[0] - pictures[1])
        return (next.sigma / now.sigma) * latents - (next.alpha * decay) * pictures[0] + weight * slope
    }

    private func thirdOrder(_ latents: Tensor, _ step: Int) -> Tensor {
        let (next, now, before, earlier) = (levels[step + 1], levels[step], levels[step - 1], levels[step - 2])
        let h = next.lambda - now.lambda
        let (r0, r1) = ((now.lambda - before.lambda) / h, (before.lambda - earlier.lambda) / h)
        let slope0 = (1 / r0) * (pictures[0] - pictures[1])
        let slope1 = (1 / r1) * (pictures[1] - pictures[2])
        let slope = slope0 + (r0 / (r0 + r1)) * (slope0 - slope1)
        let curvature = (1 / (r0 + r1)) * (slope0 - slope1)
        let decay = exp(-h) - 1
        return (next.sigma / now.sigma) * latents - (next.alpha * decay) * pictures[0]
            + (next.alpha * (decay / h + 1)) * slope - (next.alpha * ((decay + h) / (h * h) - 0.5)) * curvature
    }
}
