import Diffusion
import JSON

/// The scheduler that a request's `sampler_name`, `scheduler` and `eta` mean together.
struct WebUISampler {
    /// The scheduler; nil for the pipeline's own.
    let kind: SchedulerKind?
    /// How much noise it adds, where it has the choice.
    let eta: Double?

    /// Reads the fields; `own` is the pipeline's scheduler.
    init(_ body: JSONCursor, own: SchedulerKind?) throws(APIError) {
        let name, index, schedule: JSONCursor?
        let eta: Double?
        do throws(JSONFieldError) {
            name = try Self.filled(body.field("sampler_name"))
            index = try Self.filled(body.field("sampler_index"))
            schedule = try Self.filled(body.field("scheduler"))
            eta = try body.field("eta")?.number(in: 0...1)
        } catch {
            throw APIError(error)
        }
        kind = try Self.kind(name ?? index, schedule, own: own)
        self.eta = try Self.eta(eta, of: kind ?? own)
    }

    /// A text that is not empty.
    private static func filled(_ field: JSONCursor?) throws(JSONFieldError) -> JSONCursor? {
        guard let field, try !field.string(maximumLength: 256).isEmpty else { return nil }
        return field
    }

    private static func kind(
        _ sampler: JSONCursor?, _ schedule: JSONCursor?, own: SchedulerKind?
    ) throws(APIError) -> SchedulerKind? {
        let scheduleName = schedule?.value.string
        guard let name = sampler?.value.string ?? own.map({ SamplerName($0).sampler }) else { return nil }
        if sampler == nil, scheduleName == nil || scheduleName?.lowercased() == "automatic" { return nil }
        if let kind = SamplerName.kind(sampler: name, schedule: scheduleName) { return kind }
        guard SamplerName.kind(sampler: name) != nil, let schedule else {
            let names = SamplerName.all.map { "'\($0.sampler)'" }.joined(separator: ", ")
            throw APIError(
                .notFound, "Sampler not found: there is no '\(name.shortened)'; there are \(names).")
        }
        throw APIError(
            .unsupportedValue, "must be one that sampler '\(name.shortened)' has: 'automatic' is",
            at: .pointer(schedule.pointer))
    }

    /// DDIM has any; Euler a is served with 1 alone, its usual one; to any other it means nothing, as in modules/sd_samplers_common.py.
    private static func eta(_ eta: Double?, of kind: SchedulerKind?) throws(APIError) -> Double? {
        switch kind {
        case .ddim: return eta
        case .eulerAncestral where eta ?? 1 != 1:
            throw APIError(.unsupportedValue, "must be 1 for sampler 'Euler a'", at: .pointer("/eta"))
        default: return nil
        }
    }
}
