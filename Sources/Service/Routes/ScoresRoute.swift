package import HTTP
import JSON
import Scoring

/// `POST /v1/scores`: how ambiguous the style of images is.
package struct ScoresRoute: Sendable {
    private let registry: ModelRegistry
    private let engine: Engine

    /// Scores with the registry's CLIPs, on the engine.
    package init(registry: ModelRegistry, engine: Engine) {
        self.registry = registry
        self.engine = engine
    }

    /// Reads everything before it asks for a place in the queue.
    package func callAsFunction(_ request: Request) async throws(APIError) -> Response {
        let body = try await ScoreRequestBody(request)
        let options = try body.options()
        let scorers = try body.locating { () throws(APIError) in
            let scorers = try registry.scorers(for: options)
            guard !scorers.isEmpty else {
                throw APIError(.outOfRange, "must name at least one scorer", at: .pointer("/scorers"))
            }
            return scorers
        }
        let job = try body.locating { () throws(APIError) in
            try ScoreJob(images: body.images, scorers: scorers, prompts: body.prompts())
        }
        let classifiers = registry.classifiers
        let scores = try await engine.run(job.cost) { () throws(APIError) in try job.run(classifiers) }
        let data = scores.enumerated().map { index, scores -> JSONValue in
            let entry = job.json(of: index, scores, topCount: options.topCount)
            return .object((["index": .integer(Int64(index))] as JSONObject).merging(entry))
        }
        return .json(["object": "list", "data": .array(data)])
    }
}
