import Tensors

/// Pseudo linear multi-step sampling (PLMS): Liu et al., arXiv 2202.09778, equations 9 and 12, as Stable Diffusion
/// runs it, without Runge-Kutta steps.
///
/// The second timestep is taken twice, so there is one more step than was asked for. Whichever step is the first, the
/// next one takes it again, as in diffusers: begun after the second timestep, that leaves the latents one step behind.
struct PNDMScheduler: Scheduler {
    let timesteps: [Float]
    private let times: [Int]
    private let stride: Int
    private let schedule: NoiseSchedule
    private let finalAlpha: Float
    private let prediction: PredictionType
    private var outputs: [Tensor] = []  // newest first
    private var start: Tensor?  // the latents before the first step, until it has been taken again

    init(_ options: SchedulerOptions, steps: Int) {
        schedule = options.schedule
        var times = options.spacing.timesteps(steps, of: schedule.count, offset: options.stepsOffset)
        if times.count > 1 { times.insert(times[1], at: 1) }
        self.times = times
        timesteps = times.map { Float($0) }
        stride = schedule.count / steps
        finalAlpha = options.setsAlphaToOne ? 1 : schedule.alphas[0]
        prediction = options.prediction
    }

    func level(at step: Int) -> NoiseLevel {
        let alpha = schedule.alphas[times[step]]
        return NoiseLevel(signal: alpha.squareRoot(), noise: (1 - alpha).squareRoot())
    }

    func picture(_ latents: Tensor, by output: Tensor, at step: Int) -> Tensor {
        let level = level(at: step)
        return prediction.picture(output, latents: latents, alpha: level.signal, sigma: level.noise)
    }

    mutating func advance(
        _ latents: Tensor, by output: Tensor, at step: Int, noise: inout LatentNoise
    ) -> Tensor {
        if let start {
            self.start = nil
            return moved(start, by: 0.5 * (output + outputs[0]), from: times[step] + stride, to: times[step])
        }
        if outputs.isEmpty { start = latents }
        outputs = Array(([output] + outputs).prefix(4))
        return moved(latents, by: extrapolated(), from: times[step], to: times[step] - stride)
    }

    /// Adams-Bashforth of as high an order as there are outputs.
    private func extrapolated() -> Tensor {
        let e = outputs
        return switch e.count {
        case 1: e[0]
        case 2: 0.5 * (3 * e[0] - e[1])
        case 3: (1.0 / 12) * (23 * e[0] - 16 * e[1] + 5 * e[2])
        default: (1.0 / 24) * (55 * e[0] - 59 * e[1] + 37 * e[2] - 9 * e[3])
        }
    }

    /// Equation 9.
    private func moved(_ latents: Tensor, by output: Tensor, from time: Int, to next: Int) -> Tensor {
        let alpha = schedule.alphas[min(time, schedule.count - 1)]
        let nextAlpha = next >= 0 ? schedule.alphas[next] : finalAlpha
        let noise = prediction.noise(
            output, latents: latents, alpha: alpha.squareRoot(), sigma: (1 - alpha).squareRoot())
        let denominator = alpha * (1 - nextAlpha).squareRoot() + (alpha * (1 - alpha) * nextAlpha).squareRoot()
        return (nextAlpha / alpha).squareRoot() * latents - ((nextAlpha - alpha) / denominator) * noise
    }
}
