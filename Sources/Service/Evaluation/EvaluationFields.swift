import Images
package import JSON
import Scoring

/// What a request for an evaluation says, each field within its own limits.
package struct EvaluationFields: Sendable {
    /// The prompts, in order.
    package let prompts: [String]
    /// How many images a prompt.
    package let count: Int
    /// The seed of the first prompt's first image, in every system.
    package let seed: Int
    /// The systems' own fields, in order.
    package let systems: [JSONCursor]
    /// How images are scored.
    package let scoring: ScoringOptions
    /// What is measured of whole sets, each with its place; nil where the request leaves the choice.
    package let metrics: [SetMetric]?
    /// The system that others are compared with; nil for the first.
    package let reference: String?
    /// The CLIP of the set metrics.
    package let embedder: String?

    /// The most prompts.
    package static let maximumPromptCount = 200
    /// The most systems.
    package static let maximumSystemCount = 16
    private static let maximumNameLength = 256
    private static let maximumPromptLength = 32_000  // as in generation
    private static let names = [
        "prompts", "catalogue", "n", "seed", "systems", "metrics", "reference", "embedder",
    ]

    /// Parses and reads a request's body.
    package init(parsing body: [UInt8]) throws(APIError) { try self.init(RequestBody.json(body)) }

    /// Reads a request's body.
    package init(_ body: JSONCursor) throws(APIError) {
        do throws(JSONFieldError) {
            // Tables hold no list of the most probable styles.
            try body.refuseUnknownFields(Self.names + ScoringOptions.fieldNames.filter { $0 != "top_k" })
            prompts = try Self.prompts(body)
            count = try body.field("n")?.integer(in: 1...10) ?? 1
            seed = try body.field("seed")?.integer(in: 0...Int(UInt32.max)) ?? 0
            let list = try body.required("systems")
            systems = try list.array(maximumCount: Self.maximumSystemCount)
            guard !systems.isEmpty else {
                throw .outOfRange(pointer: list.pointer, expected: "at least one system", actual: "an empty array")
            }
            metrics = try body.field("metrics").map { field throws(JSONFieldError) in try Self.metrics(field) }
            reference = try body.field("reference")?.string(maximumLength: Self.maximumNameLength)
            embedder = try body.field("embedder")?.string(maximumLength: Self.maximumNameLength)
        } catch {
            throw APIError(error)
        }
        scoring = try ScoringOptions(body)
    }

    private static func prompts(_ body: JSONCursor) throws(JSONFieldError) -> [String] {
        guard let list = body.field("prompts") else {
            guard let catalogue = body.field("catalogue") else { return [] }
            let id = try catalogue.choice(of: PromptCatalogue.paper.map(\.id))
            return PromptCatalogue.paper.first { $0.id == id }?.prompts ?? []
        }
        if let catalogue = body.field("catalogue") {
            throw .outOfRange(
                pointer: catalogue.pointer, expected: "absent where 'prompts' is given", actual: "there as well")
        }
        var prompts: [String] = []
        for prompt in try list.array(maximumCount: maximumPromptCount) {
            let text = try prompt.string(maximumLength: maximumPromptLength)
            guard !text.isEmpty else {
                throw .outOfRange(
                    pointer: prompt.pointer, expected: "a text of at least one character", actual: "empty")
            }
            prompts.append(text)
        }
        guard !prompts.isEmpty else {
            throw .outOfRange(pointer: list.pointer, expected: "at least one prompt", actual: "an empty array")
        }
        return prompts
    }

    private static func metrics(_ field: JSONCursor) throws(JSONFieldError) -> [SetMetric] {
        var metrics: [SetMetric] = []
        for name in try field.array(maximumCount: SetMetric.allCases.count) {
            guard let metric = SetMetric(rawValue: try name.choice(of: SetMetric.allCases.map(\.rawValue))) else {
                continue
            }
            guard !metrics.contains(metric) else {
                throw .outOfRange(
                    pointer: name.pointer, expected: "a metric once", actual: "'\(metric.rawValue)' again")
            }
            metrics.append(metric)
        }
        return metrics
    }
}
