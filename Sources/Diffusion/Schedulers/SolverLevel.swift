import Glibc

/// A noise level as the exponential integrators see it: latents = α picture + σ noise, λ = ln(α / σ).
struct SolverLevel: Sendable {
    let alpha: Float
    let sigma: Float
    let lambda: Float

    /// The level of a variance-exploding σ; zero is allowed, where λ is infinite.
    init(_ exploding: Float) {
        alpha = 1 / (exploding * exploding + 1).squareRoot()
        sigma = exploding * alpha
        lambda = log(alpha) - log(sigma)
    }
}

extension SolverLevel {
    /// The levels and timesteps of DPM-Solver and UniPC: one level more than timesteps.
    static func ladder(_ options: SchedulerOptions, steps: Int) -> (levels: [SolverLevel], timesteps: [Float]) {
        let schedule = options.schedule
        let times = options.spacing.solverTimesteps(
            steps, of: schedule.count, end: clippedEnd(of: schedule, lambda: options.minimumLambda),
            offset: options.stepsOffset)
        let ladder =
            options.usesKarrasSigmas
            ? SigmaLadder(all: schedule).karras(steps) : SigmaLadder(schedule, at: times.map { Double($0) })
        let sigmas = ladder.values.map { Float($0) }
        let last = options.endsAtZero ? 0 : options.repeatsLastSigma ? sigmas[sigmas.count - 1] : schedule.sigmas[0]
        let timesteps = ladder.timesteps.map { time in
            Float(time.rounded(options.roundsKarrasTimesteps ? .toNearestOrEven : .towardZero))
        }
        return ((sigmas + [last]).map { SolverLevel($0) }, timesteps)
    }

    /// How many timesteps are left when those with a λ below a limit are clipped away.
    private static func clippedEnd(of schedule: NoiseSchedule, lambda limit: Double) -> Int {
        let clipped = schedule.alphas.count { alpha in
            let lambda = log(alpha.squareRoot()) - log((1 - alpha).squareRoot())
            return Double(lambda) < limit
        }
        return max(schedule.count - clipped, 1)
    }
}
