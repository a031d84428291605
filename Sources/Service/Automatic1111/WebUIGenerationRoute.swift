import Diffusion
import HTTP
import JSON

/// `/sdapi/v1/txt2img` and `/sdapi/v1/img2img`.
struct WebUIGenerationRoute: Sendable {
    let registry: ModelRegistry
    let queue: JobQueue
    let checkpoints: WebUICheckpoints
    let options: WebUIOptions
    let jobs: WebUIJobs

    /// Draws, and answers with the pictures when they are all there or the client has interrupted.
    func draw(_ kind: WebUIFields.Kind, _ call: Call) async throws(APIError) -> Response {
        let fields = try WebUIFields(
            RequestBody.json(call.request), kind, usual: options.checkpoint(of: call.caller), among: checkpoints)
        let generation: GenerationJob
        do throws(APIError) {
            generation = try await self.generation(fields)
        } catch {
            throw error.renamingFields(WebUIFields.names)
        }
        if fields.keepsCheckpoint { options.setCheckpoint(fields.checkpoint, for: call.caller) }
        let recipes = generation.request.seeds.indices.map { generation.recipe(of: $0, []) }
        let work = InterruptibleGeneration(
            generation: generation, client: WebUIJobs.client(of: call), jobs: jobs, recipes: recipes)
        let output = try await queue.perform(work, for: call.caller)
        let digest = try await checkpoints.shortDigest(of: fields.checkpoint)
        return WebUIAnswer(fields: fields, generation: generation, digest: digest, recipes: recipes).response(output)
    }

    private func generation(_ fields: WebUIFields) async throws(APIError) -> GenerationJob {
        var native = try GenerationFields(JSONCursor(.object(fields.native)))
        if let source = fields.source {
            (native.image, native.mask, native.strength) = (source.image, source.mask, source.strength)
        }
        return try await GenerationJob(native, registry: registry)
    }
}
