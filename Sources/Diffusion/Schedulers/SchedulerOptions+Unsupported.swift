import JSON

extension SchedulerOptions {
    /// A field that asks a class for what is not implemented, if there is one.
    static func unsupportedField(of fields: JSONCursor, for kind: SchedulerClass) -> JSONCursor? {
        acceptedValues(for: kind).lazy.compactMap { name, values in
            fields.field(name).flatMap { values.contains($0.value) ? nil : $0 }
        }.first
    }

    /// The only values that some of a class's fields may have; where there are none, the field must be null.
    private static func acceptedValues(for kind: SchedulerClass) -> [(name: String, values: [JSONValue])] {
        let sigmas: [(name: String, values: [JSONValue])] = [
            ("trained_betas", []), ("use_exponential_sigmas", [false]), ("use_beta_sigmas", [false]),
        ]
        let flows: [(name: String, values: [JSONValue])] = [
            ("thresholding", [false]), ("use_flow_sigmas", [false]), ("use_dynamic_shifting", [false]),
        ]
        return switch kind {
        case .ddim, .ddpm, .lcm: [("trained_betas", []), ("thresholding", [false])]
        case .euler:
            sigmas + [
                ("interpolation_type", ["linear"]), ("timestep_type", ["discrete"]), ("sigma_min", []),
                ("sigma_max", []),
            ]
        case .eulerAncestral: [("trained_betas", [])]
        case .dpmSolver:
            sigmas + flows + [("algorithm_type", ["dpmsolver++", "deis"]), ("use_lu_lambdas", [false])]
        case .unipc:
            sigmas + flows + [
                ("predict_x0", [true]), ("disable_corrector", [[]]), ("solver_p", []), ("shift_terminal", []),
                ("sigma_min", []), ("sigma_max", []),
            ]
        case .pndm: [("trained_betas", []), ("skip_prk_steps", [true])]
        }
    }
}
