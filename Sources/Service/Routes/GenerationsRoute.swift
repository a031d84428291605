package import HTTP
import JSON

/// `POST /v1/images/generations`: images from a text, in the shape of the OpenAI API.
package struct GenerationsRoute: Sendable {
    private let registry: ModelRegistry
    private let engine: Engine
    private let clock: @Sendable () -> Int

    /// Draws with the registry's pipelines, on the engine; `clock` tells the Unix time.
    package init(registry: ModelRegistry, engine: Engine, clock: @escaping @Sendable () -> Int) {
        self.registry = registry
        self.engine = engine
        self.clock = clock
    }

    /// Checks everything before it asks for a place in the queue.
    package func callAsFunction(_ request: Request) async throws(APIError) -> Response {
        let fields = try GenerationFields(RequestBody.json(request))
        let job = try await GenerationJob(fields, registry: registry)
        let classifiers = registry.classifiers
        let images = try await engine.run(job.cost) { () throws(APIError) in try job.run(classifiers) }
        return .json(json(job, images, topCount: fields.scoring.topCount))
    }

    private func json(_ job: GenerationJob, _ images: [GenerationJob.DrawnImage], topCount: Int) -> JSONValue {
        let data = images.map { JSONValue.object($0.json(topCount: topCount).merging(["revised_prompt": nil])) }
        let tokenCount = JSONValue.integer(Int64(job.promptTokenCount))
        let answer: JSONObject = [
            "created": .integer(Int64(clock())), "data": .array(data), "output_format": "png", "quality": "auto",
            "background": "opaque",
            "usage": [
                "input_tokens": tokenCount,
                "input_tokens_details": ["text_tokens": tokenCount, "image_tokens": 0],
                "output_tokens": 0, "total_tokens": tokenCount,
            ],
        ]
        return .object(answer.merging(job.choices))
    }
}
