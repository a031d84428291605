import Diffusion
import Images
import JSON

/// Pictures for a client that may interrupt: those that are finished by then are the answer.
struct InterruptibleGeneration: Work {
    let generation: GenerationJob
    let client: String
    let jobs: WebUIJobs
    /// What each picture's file says of it.
    let recipes: [Recipe]

    /// The files in order, and whether there would have been more.
    struct Output: Sendable {
        var files: [[UInt8]] = []
        var isInterrupted = false
    }

    static let kind = GenerationJob.kind

    var cost: Admission.Cost { generation.cost }
    var stepCount: Int { generation.stepCount }
    var drawnSize: ImageSize? { generation.drawnSize }

    func run(in session: JobSession) async throws(APIError) -> Output {
        jobs.begin(WebUIJobs.Entry(job: session.job, client: client, imageCount: recipes.count))
        defer { jobs.end(session.job) }
        var output = Output()
        do throws(APIError) {
            let plan = try await session.turn { () throws(APIError) in try generation.plan() }
            // One after the other: interrupted, some are finished rather than all begun.
            for (index, recipe) in recipes.enumerated() {
                output.files.append(try await file(index, recipe, by: plan, in: session))
            }
        } catch {
            guard error.code == .cancelled, jobs.isInterrupted(session.job) else { throw error }
            output.isInterrupted = true
        }
        return output
    }

    private func file(
        _ index: Int, _ recipe: Recipe, by plan: GenerationPlan, in session: JobSession
    ) async throws(APIError) -> [UInt8] {
        let images = try await session.draw(1, of: generation.size, like: generation.stepShape) {
            [plan.generation(seed: generation.request.seeds[index])]
        } note: { progress throws(APIError) in
            try generation.note(progress, after: index * progress.step.count, index, in: session)
        }
        return try await session.finish(evenIfStopped: true) { () throws(APIError) in images[0].png(texts: recipe.texts)
        }
    }

    func result(of output: Output) -> JobResult {
        JobResult(answer: generation.choices, files: output.files.map { JobResult.File(type: "image/png", bytes: $0) })
    }
}
