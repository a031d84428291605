import JSON
package import Layers

/// A pipeline's `scheduler_config.json`, from which schedulers are made: its own, or another class on its schedule.
package struct SchedulerConfiguration: Sendable {
    private let implementation: SchedulerClass
    private let options: SchedulerOptions
    private let fields: JSONObject
    private let path: String

    /// Reads a configuration; an unknown class or an option that is not implemented is refused by name.
    package init(contentsOf path: String) throws(ModelError) {
        let file = try ConfigurationFile(path)
        let (name, fields) = try file.read { root throws(JSONFieldError) in
            (try root.required("_class_name"), try root.object())
        }
        guard let implementation = name.value.string.flatMap(SchedulerClass.init) else { throw file.unsupported(name) }
        try self.init(implementation, fields, path: path)
    }

    private init(_ implementation: SchedulerClass, _ fields: JSONObject, path: String) throws(ModelError) {
        self.implementation = implementation
        self.fields = fields
        self.path = path
        var fields = fields
        if implementation == .pndm, fields["skip_prk_steps"] == nil {
            fields["skip_prk_steps"] = false  // diffusers' default
        }
        let cursor = JSONCursor(.object(fields))
        if let field = SchedulerOptions.unsupportedField(of: cursor, for: implementation) {
            let value = String(decoding: field.value.encoded(), as: UTF8.self)
            throw .unsupported(file: path, pointer: field.pointer, value: value)
        }
        do throws(JSONFieldError) {
            options = try SchedulerOptions(cursor, for: implementation)
        } catch {
            throw .configuration(error, file: path)
        }
    }

    /// The scheduler that is made.
    package var kind: SchedulerKind { SchedulerKind(implementation, usesKarrasSigmas: options.usesKarrasSigmas) }

    /// The largest number of steps.
    package var maximumSteps: Int { implementation == .lcm ? options.originalSteps : options.schedule.count }

    /// The configuration as diffusers' `StableDiffusionPipeline` corrects it on loading, whatever the file says.
    package func correctedForStableDiffusion() throws(ModelError) -> SchedulerConfiguration {
        var fields = fields
        fields["steps_offset"] = 1
        fields["clip_sample"] = false
        return try SchedulerConfiguration(implementation, fields, path: path)
    }

    /// The configuration as diffusers' `StableDiffusionInpaintPipeline` corrects it on loading: clipping stays.
    package func correctedForInpainting() throws(ModelError) -> SchedulerConfiguration {
        var fields = fields
        fields["steps_offset"] = 1
        return try SchedulerConfiguration(implementation, fields, path: path)
    }

    /// Another class with the same fields, as `from_config` of diffusers makes it; itself for its own kind.
    package func switched(to kind: SchedulerKind) throws(ModelError) -> SchedulerConfiguration {
        guard kind != self.kind else { return self }
        var fields = fields
        switch kind {
        case .pndm: fields["skip_prk_steps"] = true
        case .dpmSolver: fields["use_karras_sigmas"] = false
        case .dpmSolverKarras: fields["use_karras_sigmas"] = true
        default: break
        }
        return try SchedulerConfiguration(kind.implementation, fields, path: path)
    }

    /// A scheduler before its first step; `eta` is how much noise DDIM adds, and other classes don't read it.
    package func scheduler(steps: Int, eta: Float = 0) throws(SchedulerError) -> any Scheduler {
        precondition(steps > 0, "\(steps) steps")
        guard steps <= maximumSteps else { throw .tooManySteps(steps, maximum: maximumSteps) }
        return switch implementation {
        case .ddim: DDIMScheduler(options, steps: steps, eta: eta)
        case .ddpm: DDPMScheduler(options, steps: steps)
        case .euler: EulerScheduler(options, steps: steps)
        case .eulerAncestral: EulerAncestralScheduler(options, steps: steps)
        case .dpmSolver: DPMSolverScheduler(options, steps: steps)
        case .unipc: UniPCScheduler(options, steps: steps)
        case .lcm: LCMScheduler(options, steps: steps)
        case .pndm: PNDMScheduler(options, steps: steps)
        }
    }
}
