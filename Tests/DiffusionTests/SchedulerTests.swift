import Diffusion
import JSON
import Layers
import TestSupport
import Tensors
import Testing

/// A walk of `Tools/golden_schedulers.py`: a configuration, and the latents after every step.
private struct Walk: CustomTestStringConvertible, Sendable {
    let name: String
    let seed: Int
    let steps: Int
    let eta: Double
    let configuration: JSONValue

    var testDescription: String { name }

    static let all: [Walk] = {
        do {
            let file = try ConfigurationFile(Repository.golden("schedulers/cases.json"))
            return try file.root.required("cases").array().map { fields in
                Walk(
                    name: try fields.required("name").string(), seed: try fields.required("seed").integer(),
                    steps: try fields.required("steps").integer(), eta: try fields.required("eta").number(),
                    configuration: try fields.required("configuration").value)
            }
        } catch {
            preconditionFailure("\(error)")
        }
    }()
}

@Suite struct SchedulerTests {
    @Test("moves latents as diffusers does at every step", arguments: Walk.all)
    private func matchesDiffusers(walk: Walk) throws {
        let golden = try Golden("schedulers/latents.safetensors")
        let folder = try TemporaryFolder()
        let path = try folder.write(walk.configuration.encoded(), to: "scheduler_config.json")
        var scheduler = try SchedulerConfiguration(contentsOf: path)
            .scheduler(steps: walk.steps, eta: Float(walk.eta))
        expectClose(scheduler.timesteps, try golden.floats("\(walk.name).timesteps"), relative: 1e-7)

        let (outputs, drift) = (try golden.tensor("outputs"), try golden.tensor("drift"))
        let expected = try golden.tensor("\(walk.name).latents")
        // The noise is 1e-7 off torch's; at a noise level of 4096 so much is left of it after a step down to 1.
        let isEulerFromZeroSNR = walk.name.hasPrefix("euler-zero") || walk.name.hasPrefix("ancestral-zero")
        let tolerance: Float = isEulerFromZeroSNR ? 1e-4 : 1e-5
        var noise = LatentNoise(seed: UInt64(walk.seed), shape: drift.shape, on: .forTests)
        var latents = scheduler.initialNoiseScale * noise.next()
        for step in scheduler.timesteps.indices {
            let shown = scheduler.input(latents, at: step)
            let time = scheduler.timesteps[step] / 1000
            let output = outputs[step..<step + 1] + 0.25 * shown + time * drift
            latents = scheduler.advance(latents, by: output, at: step, noise: &noise)
            expectClose(latents, expected[step..<step + 1], relative: tolerance, "\(walk.name), step \(step)")
        }
    }

    /// Golden numbers of arXiv 2407.12009's code: the noise of a step at eta = 1, ten steps of Stable Diffusion 2's schedule.
    @Test(
        "adds the noise of the paper's training",
        arguments: [(0, 901, 0.7763321643), (4, 501, 0.5276089816), (8, 101, 0.0409841866), (9, 1, 0.0206483202)])
    func addsThePapersNoise(step: Int, time: Float, deviation: Double) throws {
        var scheduler = try Self.paperDDIM(eta: 1)
        #expect(scheduler.timesteps[step] == time)
        var noise = LatentNoise(seed: 1, shape: [1, 2, 2, 4], on: .forTests)
        var same = noise
        let nothing = Tensor(repeating: 0, shape: [1, 2, 2, 4], on: .forTests)
        let next = scheduler.advance(nothing, by: nothing, at: step, noise: &noise)
        expectClose(next, Float(deviation) * same.next(), absolute: 1e-6)
    }

    /// With no noise predicted a step scales the latents by √(ᾱ of the next time / ᾱ of this one).
    @Test(
        "keeps the signal of the paper's schedule",
        arguments: [(0, 0.0140048979, 0.0365465246), (8, 0.8929805371, 0.9982960278), (9, 0.9982960278, 0.99915)])
    func keepsThePapersSignal(step: Int, signal: Double, next: Double) throws {
        var scheduler = try Self.paperDDIM(eta: 0)
        var noise = LatentNoise(seed: 1, shape: [1, 2, 2, 4], on: .forTests)
        let latents = noise.next()
        let moved = scheduler.advance(latents, by: 0 * latents, at: step, noise: &noise)
        expectClose(moved, Float((next / signal).squareRoot()) * latents, relative: 1e-6)
    }

    @Test("draws finite latents from a signal of zero", arguments: 1...50)
    func isFiniteFromZeroSignal(steps: Int) throws {
        var scheduler = try Self.paperDDIM(
            eta: 1, steps: steps,
            with: ["rescale_betas_zero_snr": true, "timestep_spacing": "trailing", "prediction_type": "v_prediction"])
        var noise = LatentNoise(seed: 1, shape: [1, 2, 2, 4], on: .forTests)
        let latents = noise.next()
        #expect(scheduler.advance(latents, by: latents, at: 0, noise: &noise).isFinite)
    }

    private static func paperDDIM(eta: Float, steps: Int = 10, with more: JSONObject = [:]) throws -> any Scheduler {
        let fields: JSONObject = [
            "_class_name": "DDIMScheduler", "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012,
            "beta_schedule": "scaled_linear", "clip_sample": false, "set_alpha_to_one": false, "steps_offset": 1,
            "timestep_spacing": "leading", "prediction_type": "epsilon",
        ]
        let all = more.fields.reduce(into: fields) { $0[$1.name] = $1.value }
        let folder = try TemporaryFolder()
        let path = try folder.write(JSONValue.object(all).encoded(), to: "scheduler_config.json")
        return try SchedulerConfiguration(contentsOf: path).scheduler(steps: steps, eta: eta)
    }

    @Test func coversEveryClass() {
        let covered = Set(Walk.all.compactMap { $0.configuration["_class_name"]?.string })
        #expect(covered.count == 8)
        #expect(Walk.all.count >= 150)
    }
}

@Suite struct SchedulerConfigurationTests {
    private func configuration(_ fields: JSONObject) throws -> SchedulerConfiguration {
        let folder = try TemporaryFolder()
        let path = try folder.write(JSONValue.object(fields).encoded(), to: "scheduler_config.json")
        return try SchedulerConfiguration(contentsOf: path)
    }

    @Test(
        "refuses by name what it does not implement",
        arguments: [
            ("/_class_name", ["_class_name": "HeunDiscreteScheduler"]),
            ("/thresholding", ["_class_name": "DDIMScheduler", "thresholding": true]),
            ("/trained_betas", ["_class_name": "DDIMScheduler", "trained_betas": [0.1, 0.2]]),
            ("/beta_schedule", ["_class_name": "DDPMScheduler", "beta_schedule": "sigmoid"]),
            ("/variance_type", ["_class_name": "DDPMScheduler", "variance_type": "learned_range"]),
            ("/prediction_type", ["_class_name": "EulerDiscreteScheduler", "prediction_type": "flow_prediction"]),
            ("/algorithm_type", ["_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde-dpmsolver++"]),
            ("/solver_order", ["_class_name": "UniPCMultistepScheduler", "solver_order": 4]),
            ("/use_beta_sigmas", ["_class_name": "UniPCMultistepScheduler", "use_beta_sigmas": true]),
            ("/skip_prk_steps", ["_class_name": "PNDMScheduler"]),
            ("/num_train_timesteps", ["_class_name": "LCMScheduler", "num_train_timesteps": 10]),
        ] as [(String, JSONObject)])
    func refuses(pointer: String, fields: JSONObject) throws {
        do {
            _ = try configuration(fields)
            Issue.record("accepted")
        } catch ModelError.unsupported(let file, let actual, _) {
            #expect(actual == pointer && file.hasSuffix("scheduler_config.json"))
        } catch ModelError.configuration(let error, let file) {
            #expect(error.pointer == pointer && file.hasSuffix("scheduler_config.json"))
        }
    }

    @Test("switches to any other class on the same schedule", arguments: SchedulerKind.allCases)
    func switches(kind: SchedulerKind) throws {
        let own = try configuration([
            "_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear", "timestep_spacing": "trailing",
        ])
        let other = try own.switched(to: kind)
        #expect(other.kind == kind)
        let scheduler = try other.scheduler(steps: 10)
        #expect(scheduler.timesteps.count == (kind == .pndm ? 11 : 10))
        #expect(scheduler.timesteps[0] == 999)
    }

    @Test func correctsWhatStableDiffusionPipelineCorrects() throws {
        let corrected = try configuration(["_class_name": "DDIMScheduler"]).correctedForStableDiffusion()
        #expect(try corrected.scheduler(steps: 2).timesteps == [501, 1])
    }

    @Test func refusesMoreStepsThanTheScheduleHas() throws {
        let lcm = try configuration(["_class_name": "LCMScheduler"])
        #expect(throws: SchedulerError.tooManySteps(51, maximum: 50)) { _ = try lcm.scheduler(steps: 51) }
    }

    @Test("never has a timestep too many", arguments: [61, 103, 121, 122])
    func leavesOutTheSurplusTimestep(steps: Int) throws {
        let trailing = try configuration(["_class_name": "DDIMScheduler", "timestep_spacing": "trailing"])
        #expect(try trailing.scheduler(steps: steps).timesteps.count == steps)
    }
}
