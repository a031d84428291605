import JSON

/// What a `scheduler_config.json` says to one class, absent fields being what diffusers 0.42.1 makes them.
struct SchedulerOptions: Sendable {
    let schedule: NoiseSchedule
    let prediction: PredictionType
    let spacing: TimestepSpacing
    let stepsOffset: Int
    /// The largest magnitude of a predicted picture, if there is a limit.
    let clip: Float?
    let setsAlphaToOne: Bool
    let variance: DDPMScheduler.Variance
    let usesKarrasSigmas: Bool
    let roundsKarrasTimesteps: Bool
    /// Whether the last noise level is zero, and not that of timestep 0.
    let endsAtZero: Bool
    /// Whether it is otherwise the last but one.
    let repeatsLastSigma: Bool
    let minimumLambda: Double
    let order: Int
    let correction: DPMSolverScheduler.Correction
    let form: UniPCScheduler.Form
    let lowersFinalOrder: Bool
    let endsByEuler: Bool
    let originalSteps: Int
    let timestepScaling: Float

    init(_ fields: JSONCursor, for kind: SchedulerClass) throws(JSONFieldError) {
        let betas =
            try fields.choice("beta_schedule", NoiseSchedule.Betas.self) ?? (kind == .lcm ? .scaledLinear : .linear)
        schedule = try Self.schedule(fields, betas, for: kind)
        prediction = try fields.choice("prediction_type", PredictionType.self) ?? .epsilon
        spacing =
            try fields.choice("timestep_spacing", TimestepSpacing.self)
            ?? ([.ddim, .ddpm, .lcm, .pndm].contains(kind) ? .leading : .linspace)
        stepsOffset = try fields.field("steps_offset")?.integer(in: 0...schedule.count - 1) ?? 0
        let clips = try fields.flag("clip_sample", absent: [.ddim, .ddpm].contains(kind))
        let clipRange = try fields.field("clip_sample_range")?.number(in: 0...1e6) ?? 1
        clip = clips ? Float(clipRange) : nil
        setsAlphaToOne = try fields.flag("set_alpha_to_one", absent: kind != .pndm)
        variance = kind == .ddpm ? try fields.choice("variance_type", DDPMScheduler.Variance.self) ?? .small : .small
        usesKarrasSigmas = try fields.flag("use_karras_sigmas", absent: false)
        roundsKarrasTimesteps = kind == .unipc || betas != .cosine
        endsAtZero = try fields.field("final_sigmas_type")?.choice(of: ["zero", "sigma_min"]) != "sigma_min"
        repeatsLastSigma = kind == .unipc && usesKarrasSigmas
        minimumLambda =
            kind == .dpmSolver ? try fields.field("lambda_min_clipped")?.number() ?? -.infinity : -.infinity
        order = try fields.field("solver_order")?.integer(in: 1...3) ?? 2
        // DPM-Solver takes UniPC's and DEIS's forms for its own default, and UniPC the other way round.
        let solver = try fields.field("solver_type")?.choice(of: ["midpoint", "heun", "logrho", "bh1", "bh2"]) ?? ""
        correction = .init(rawValue: solver) ?? .midpoint
        form = .init(rawValue: solver) ?? .bh2
        lowersFinalOrder = try fields.flag("lower_order_final", absent: true)
        endsByEuler = try fields.flag("euler_at_final", absent: false)
        originalSteps = try fields.field("original_inference_steps")?.integer(in: 1...schedule.count) ?? 50
        timestepScaling = Float(try fields.field("timestep_scaling")?.number(in: 0...1e6) ?? 10)
    }

    private static func schedule(
        _ fields: JSONCursor, _ betas: NoiseSchedule.Betas, for kind: SchedulerClass
    ) throws(JSONFieldError) -> NoiseSchedule {
        let count = try fields.field("num_train_timesteps")?.integer(in: 50...100_000) ?? 1000
        let start = try fields.field("beta_start")?.number(in: 0...1) ?? (kind == .lcm ? 0.00085 : 0.0001)
        let end = try fields.field("beta_end")?.number(in: 0...1) ?? (kind == .lcm ? 0.012 : 0.02)
        let hasZeroSNR = kind == .pndm ? false : try fields.flag("rescale_betas_zero_snr", absent: false)
        let schedule = NoiseSchedule(betas, from: start, to: end, count: count, zeroTerminalSNR: hasZeroSNR)
        let divides = [.euler, .eulerAncestral, .dpmSolver, .unipc].contains(kind)
        return hasZeroSNR && divides ? schedule.avoidingZero() : schedule
    }
}

extension JSONCursor {
    /// A field that is one of an enumeration's names; nil when it is absent.
    fileprivate func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _: Choice.Type
    ) throws(JSONFieldError) -> Choice? {
        guard let field = field(name) else { return nil }
        return Choice(rawValue: try field.choice(of: Choice.allCases.map(\.rawValue)))
    }

    /// A field that is true or false, or a default when it is absent.
    fileprivate func flag(_ name: String, absent: Bool) throws(JSONFieldError) -> Bool {
        try field(name)?.bool() ?? absent
    }
}
