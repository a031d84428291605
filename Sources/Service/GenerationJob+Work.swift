package import Diffusion
import Images
import JSON

extension GenerationJob: Work {
    package static let kind = JobKind.generation

    package var drawnSize: ImageSize? { size }

    package var stepCount: Int { stepCountPerImage * request.seeds.count }

    /// Each image has a turn of its own, so that others get theirs in between, or share it.
    package func run(in session: JobSession) async throws(APIError) -> [DrawnImage] {
        let images = try await session.draw(request.seeds.count, of: size, like: stepShape) { () throws(APIError) in
            let plan = try plan()
            return request.seeds.map { plan.generation(seed: $0) }
        } note: { progress throws(APIError) in
            try note(progress, in: session)
        }
        return try await session.finish { () throws(APIError) in
            try chosen(images, session.classifiers, session.metrics)
        }
    }

    /// What other pictures must have in common with the job's to share their steps.
    package var stepShape: StepShape? { pipeline.pipeline.stepShape(of: request) }

    /// Reports and shows a step; `doneCount` steps were taken before those of the sitting, and `index` images drawn.
    func note(
        _ progress: Sitting.Progress, after doneCount: Int = 0, _ index: Int = 0, in session: JobSession
    ) throws(APIError) {
        let total = request.seeds.count * progress.step.count
        try session.note(doneCount + progress.done, of: total) { progress.picture.preview() }
        show(progress.picture, at: progress.step.number, of: index + progress.index, in: session)
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
