/// The schedulers that a pipeline may have and a request may ask for; the raw values are the API's names.
package enum SchedulerKind: String, CaseIterable, Sendable {
    case ddim, ddpm, euler
    case eulerAncestral = "euler_ancestral"
    case dpmSolver = "dpmpp_2m"
    case dpmSolverKarras = "dpmpp_2m_karras"
    case unipc, lcm, pndm
}

extension SchedulerKind {
    /// What a class is called that reads a file with or without Karras's spacing.
    init(_ class: SchedulerClass, usesKarrasSigmas: Bool) {
        self =
            switch `class` {
            case .ddim: .ddim
            case .ddpm: .ddpm
            case .euler: .euler
            case .eulerAncestral: .eulerAncestral
            case .dpmSolver: usesKarrasSigmas ? .dpmSolverKarras : .dpmSolver
            case .unipc: .unipc
            case .lcm: .lcm
            case .pndm: .pndm
            }
    }

    /// The class that implements it.
    var implementation: SchedulerClass {
        switch self {
        case .ddim: .ddim
        case .ddpm: .ddpm
        case .euler: .euler
        case .eulerAncestral: .eulerAncestral
        case .dpmSolver, .dpmSolverKarras: .dpmSolver
        case .unipc: .unipc
        case .lcm: .lcm
        case .pndm: .pndm
        }
    }
}
