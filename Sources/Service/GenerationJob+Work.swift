import Diffusion
import Images
import JSON

extension GenerationJob: Work {
    package static let kind = JobKind.generation

    package var drawnSize: ImageSize? { size }

    package var stepCount: Int { stepCountPerImage * request.seeds.count }

    /// Each image has a turn of its own, so that others get theirs in between.
    package func run(in session: JobSession) async throws(APIError) -> [DrawnImage] {
        let plan = try await session.turn { () throws(APIError) -> GenerationPlan in try self.plan() }
        var images: [Image] = []
        for index in request.seeds.indices {
            images.append(
                try await session.turn { () throws(APIError) -> Image in try image(index, by: plan, in: session) })
        }
        return try await session.turn { [images] () throws(APIError) in
            try chosen(images, session.classifiers, session.metrics)
        }
    }

    /// The image of one of the seeds, within a turn: its steps are reported, shown and timed.
    func image(_ index: Int, by plan: GenerationPlan, in session: JobSession) throws(APIError) -> Image {
        try image(index, by: plan, session.metrics) { done, total, generation throws(APIError) in
            try session.note(done, of: total) { generation.preview() }
            show(generation, at: done - index * generation.stepCount, of: index, in: session)
        }
    }

    package func result(of images: [DrawnImage]) -> JobResult {
        let tokenCount = JSONValue.integer(Int64(promptMeasure.tokenCount))
        let data = images.map { JSONValue.object($0.json(topCount: topCount).merging(["revised_prompt": nil])) }
        let answer: JSONObject = [
            "created": .integer(Int64(Clock.seconds)), "data": .array(data), "output_format": .string(format.name),
            "quality": "auto", "background": "opaque",
            "usage": [
                "input_tokens": tokenCount,
                "input_tokens_details": ["text_tokens": tokenCount, "image_tokens": 0],
                "output_tokens": 0, "total_tokens": tokenCount,
            ],
        ]
        return JobResult(answer: answer.merging(choices), files: images.map(\.file))
    }
}
