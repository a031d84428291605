package import Diffusion

/// What AUTOMATIC1111 calls a scheduler: a sampler and, apart from it, how the noise levels are spaced.
package struct SamplerName: Sendable, Equatable {
    /// The scheduler.
    package let kind: SchedulerKind
    /// The sampler's name, as modules/sd_samplers_kdiffusion.py and sd_samplers_timesteps.py have it.
    package let sampler: String
    /// The spacing that it means, which a text states beside the sampler.
    package let schedule: Schedule
    /// Other names of the sampler.
    package let aliases: [String]

    /// The spacings that any scheduler here has, by the labels of modules/sd_schedulers.py.
    package enum Schedule: String, CaseIterable, Sendable {
        /// The sampler's own, which of DPM++ 2M is Karras's.
        case automatic = "Automatic"
        case uniform = "Uniform"
        case karras = "Karras"

        /// What `normal_scheduler` of modules/sd_schedulers.py spaces as `uniform` does.
        static let uniformAlias = "normal"
    }

    /// One name for each scheduler; two of them share a sampler.
    package static let all: [SamplerName] = [
        SamplerName(.ddim, "DDIM", aliases: ["ddim"]),
        SamplerName(.ddpm, "DDPM", aliases: ["ddpm"]),  // of the fork Forge; the original has none
        SamplerName(.euler, "Euler", aliases: ["k_euler"]),
        SamplerName(.eulerAncestral, "Euler a", aliases: ["k_euler_a", "k_euler_ancestral"]),
        SamplerName(.dpmSolver, "DPM++ 2M", .uniform, aliases: ["k_dpmpp_2m"]),
        SamplerName(.dpmSolverKarras, "DPM++ 2M", .karras, aliases: ["k_dpmpp_2m"]),
        SamplerName(.unipc, "UniPC", aliases: ["unipc"]),
        SamplerName(.lcm, "LCM", aliases: ["k_lcm"]),
        SamplerName(.pndm, "PLMS", aliases: ["plms"]),
    ]

    private init(_ kind: SchedulerKind, _ sampler: String, _ schedule: Schedule = .automatic, aliases: [String]) {
        (self.kind, self.sampler, self.schedule, self.aliases) = (kind, sampler, schedule, aliases)
    }

    /// The name of a scheduler.
    package init(_ kind: SchedulerKind) {
        guard let name = Self.all.first(where: { $0.kind == kind }) else {
            preconditionFailure("no sampler's name for \(kind)")
        }
        self = name
    }

    /// The scheduler that a sampler's name means with a spacing's name, in either case; nil where there is none.
    ///
    /// Versions before 1.9 named both in one: `DPM++ 2M Karras`, `k_dpmpp_2m_ka`.
    package static func kind(sampler: String, schedule: String? = nil) -> SchedulerKind? {
        var (sampler, schedule) = (sampler.lowercased(), schedule?.lowercased() ?? "automatic")
        for suffix in [" karras", "_ka"] where sampler.hasSuffix(suffix) {
            (sampler, schedule) = (String(sampler.dropLast(suffix.count)), "karras")
        }
        let named = all.filter { ([$0.sampler.lowercased()] + $0.aliases).contains(sampler) }
        if let exact = named.first(where: { $0.schedule.rawValue.lowercased() == schedule }) { return exact.kind }
        switch schedule {
        case "automatic": return named.first { $0.schedule == .karras }?.kind
        case Schedule.uniformAlias: return kind(sampler: sampler, schedule: "uniform")
        case "uniform": return named.first { $0.schedule == .automatic }?.kind
        default: return nil
        }
    }
}
