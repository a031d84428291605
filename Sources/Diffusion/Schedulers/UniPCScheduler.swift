import Glibc
import Tensors

/// UniPC, a predictor and a corrector of one family: Zhao et al., arXiv 2302.04867.
struct UniPCScheduler: Scheduler {
    /// The function B(h) of the paper's section 3.
    enum Form: String, CaseIterable, Sendable {
        case bh1, bh2
    }

    let timesteps: [Float]
    private let levels: [SolverLevel]  // one more than timesteps
    private let prediction: PredictionType
    private let order: Int
    private let form: Form
    private let lowersOrderAtEnd: Bool
    private var pictures: [Tensor] = []  // what the last outputs meant, newest first
    private var last: (latents: Tensor, order: Int)?  // where the last prediction started

    init(_ options: SchedulerOptions, steps: Int) {
        (levels, timesteps) = SolverLevel.ladder(options, steps: steps)
        prediction = options.prediction
        order = options.order
        form = options.form
        lowersOrderAtEnd = options.lowersFinalOrder
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
        let start = last.map { corrected($0.latents, by: picture, at: step, order: $0.order) } ?? latents
        pictures = Array(([picture] + pictures).prefix(order))
        let highest = lowersOrderAtEnd ? min(order, timesteps.count - step) : order
        let usedOrder = min(highest, pictures.count)
        last = (start, usedOrder)
        return predicted(start, at: step, order: usedOrder)
    }

    /// UniP: the latents at the next level, from outputs up to this one.
    private func predicted(_ latents: Tensor, at step: Int, order: Int) -> Tensor {
        let equations = UniPCEquations(levels, from: step, order: order, form: form)
        let base = equations.sigmaRatio * latents - equations.decay * pictures[0]
        guard order > 1 else { return base }
        let weights = order == 2 ? [0.5] : equations.solution(order - 1)
        return base - equations.factor * differences(weights, equations.ratios)
    }

    /// UniC: the latents at this level again, now that their own output is known.
    private func corrected(_ latents: Tensor, by picture: Tensor, at step: Int, order: Int) -> Tensor {
        let equations = UniPCEquations(levels, from: step - 1, order: order, form: form)
        let base = equations.sigmaRatio * latents - equations.decay * pictures[0]
        let weights = order == 1 ? [0.5] : equations.solution(order)
        var correction = weights[order - 1] * (picture - pictures[0])
        if order > 1 { correction = differences(Array(weights.dropLast()), equations.ratios) + correction }
        return base - equations.factor * correction
    }

    /// The weighted sum of the divided differences of earlier pictures from the newest.
    private func differences(_ weights: [Float], _ ratios: [Float]) -> Tensor {
        let terms = weights.indices.map { (weights[$0] / ratios[$0]) * (pictures[$0 + 1] - pictures[0]) }
        return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
    }
}
