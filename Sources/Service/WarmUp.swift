import Images
import JSON

/// The inference that shows, before a server calls itself ready, that its default models work.
struct WarmUp {
    let registry: ModelRegistry

    private static let picture = Image(width: 64, height: 64, pixels: [UInt8](repeating: 128, count: 64 * 64 * 3))

    /// Draws the smallest image in one step, and scores it.
    func run(in queue: JobQueue) async throws(APIError) {
        if registry.pipelines.defaultID != nil {
            let fields = try GenerationFields(
                JSONCursor(["prompt": "warm-up", "size": "64x64", "seed": 0, "steps": 1]))
            let job = try await GenerationJob(fields, registry: registry)
            _ = try await queue.perform(job, for: .anyone)
        } else {
            let scorers = try registry.scorers(for: ScoringOptions(JSONCursor([:])))
            let job = try ScoreJob(images: [Self.picture], scorers: scorers)
            _ = try await queue.perform(job, for: .anyone)
        }
        queue.engine.admission.open()
    }
}
