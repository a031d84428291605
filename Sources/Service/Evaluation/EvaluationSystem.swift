package import GAN
package import Images
import JSON
import Scoring

/// One of the systems that an evaluation compares.
package struct EvaluationSystem: Sendable {
    /// Where its images come from.
    package enum Source: Sendable {
        /// A pipeline: a job for each prompt.
        case pipeline([GenerationJob])
        /// A generator that reads no prompt.
        case can(CANModel, GANFields.Latents)
        /// Images that the request brought.
        case images([Image])
    }

    /// The name that tables and pictures give it.
    package let name: String
    /// Where its images come from.
    package let source: Source

    private static let maximumNameLength = 64
    /// What may be said of a pipeline; the prompt, the seed and the count are the evaluation's.
    private static let pipelineNames = [
        "model", "negative_prompt", "size", "steps", "guidance_scale", "guidance_interval", "deep_cache_interval",
        "scheduler",
        "eta", "decoder",
    ]

    /// Reads a system, and checks it against the models that are loaded; its images may have as many pixels.
    init(
        _ fields: JSONCursor, of evaluation: EvaluationFields, registry: ModelRegistry, maximumPixelCount: Int
    ) async throws(APIError) {
        do throws(JSONFieldError) {
            let field = try fields.required("name")
            name = try field.string(maximumLength: Self.maximumNameLength)
            guard !name.isEmpty else {
                throw .outOfRange(pointer: field.pointer, expected: "a text of at least one character", actual: "empty")
            }
            if fields.field("images") != nil {
                try fields.refuseUnknownFields(["name", "images"])
            } else if fields.field("gan") != nil {
                try fields.refuseUnknownFields(["name", "gan", "latents"])
            } else {
                try fields.refuseUnknownFields(["name", "gan", "latents", "images"] + Self.pipelineNames)
            }
        } catch {
            throw APIError(error)
        }
        if let images = fields.field("images") {
            source = .images(try UploadedImages.many(images, maximumPixelCount: maximumPixelCount))
        } else if let network = fields.field("gan") {
            source = try Self.can(network, fields, registry)
        } else {
            source = .pipeline(try await Self.jobs(fields, of: evaluation, registry))
        }
        guard count(perPrompt: evaluation.count, promptCount: evaluation.prompts.count) > 0 else {
            let isBrought = fields.field("images") != nil
            throw APIError(
                isBrought ? .outOfRange : .missingField,
                isBrought
                    ? "must hold at least one image" : "are required by systems that draw: give prompts or a catalogue",
                at: .pointer(isBrought ? fields.pointer(to: "images") : "/prompts"))
        }
    }

    /// How many pixels its images have that wait to be compared; none where they are yet to be drawn.
    var pixelCount: Int {
        guard case .images(let images) = source else { return 0 }
        return images.reduce(0) { $0 + $1.width * $1.height }
    }

    /// How many images it has in all.
    func count(perPrompt count: Int, promptCount: Int) -> Int {
        if case .images(let images) = source { images.count } else { promptCount * count }
    }

    /// The same request for every prompt, image k of prompt p from seed + p x n + k.
    private static func jobs(
        _ fields: JSONCursor, of evaluation: EvaluationFields, _ registry: ModelRegistry
    ) async throws(APIError) -> [GenerationJob] {
        var body = JSONObject()
        for name in pipelineNames { body[name] = fields.field(name)?.value }
        body["n"] = .integer(Int64(evaluation.count))
        body["scorers"] = []
        var jobs: [GenerationJob] = []
        for (index, prompt) in evaluation.prompts.enumerated() {
            body["prompt"] = .string(prompt)
            body["seed"] = .integer(Int64(evaluation.seed + index * evaluation.count))
            let request = try GenerationFields(JSONCursor(.object(body), pointer: fields.pointer))
            do throws(APIError) {
                jobs.append(try await GenerationJob(request, registry: registry))
            } catch {
                guard error.place == .pointer("/prompt") else { throw error.moved(into: fields.pointer) }
                throw APIError(error.code, error.reason, at: .pointer("/prompts/\(index)"))
            }
        }
        return jobs
    }

    private static func can(
        _ network: JSONCursor, _ fields: JSONCursor, _ registry: ModelRegistry
    ) throws(APIError) -> Source {
        let name: String
        let latents: GANFields.Latents?
        do throws(JSONFieldError) {
            name = try network.string(maximumLength: 256)
            let choice = try fields.field("latents")?.choice(of: GANFields.Latents.allCases.map(\.rawValue))
            latents = choice.flatMap(GANFields.Latents.init)
        } catch {
            throw APIError(error)
        }
        guard let model = registry.networks.first(where: { $0.name == name }) else {
            let names = registry.networks.map { "'\($0.name)'" }.joined(separator: ", ")
            throw APIError(
                .modelNotFound, "names no network, but '\(name.shortened)'; loaded: \(names.isEmpty ? "none" : names)",
                at: .pointer(network.pointer))
        }
        return .can(model, latents ?? .normal)
    }
}

extension APIError {
    /// The same failure of a value that stands deeper in the body.
    func moved(into pointer: String) -> APIError {
        guard case .pointer(let inner) = place, !inner.hasPrefix(pointer + "/") else { return self }
        return APIError(code, reason, at: .pointer(pointer + inner))
    }
}
