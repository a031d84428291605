package import HTTP
import JSON

/// Makes work of requests: the same for a call that waits, a job, and a job that is taken up again.
package struct JobFactory: Sendable {
    private let registry: ModelRegistry

    /// Work for a registry's models.
    package init(_ registry: ModelRegistry) { self.registry = registry }

    /// The work that a request to a kind's own route asks for.
    package func work(_ kind: JobKind, _ request: Request) async throws(APIError) -> any Work {
        switch kind {
        case .generation: try await job(of: GenerationFields(RequestBody.json(request)))
        case .scores: try await scores(request)
        case .gan: try gan(request)
        case .centroids: try centroids(request)
        case .evaluation: try await evaluation(request)
        case .embeddings: try embeddings(request)
        }
    }

    /// Images from a text, or from a picture.
    package func generation(_ fields: GenerationFields) async throws(APIError) -> GenerationJob {
        try await GenerationJob(fields, registry: registry)
    }

    /// The same for nobody who waits.
    private func job(of fields: GenerationFields) async throws(APIError) -> GenerationJob {
        guard !fields.delivery.isStreamed else {
            throw APIError(.unsupportedValue, "must be false for a job, which has events", at: .pointer("/stream"))
        }
        return try await generation(fields)
    }

    /// Vectors of texts and images.
    package func embeddings(_ request: Request) throws(APIError) -> EmbeddingJob {
        try EmbeddingJob(EmbeddingFields(RequestBody.json(request)), registry: registry)
    }

    /// Scores of images.
    package func scores(_ request: Request) async throws(APIError) -> ScoreJob {
        let body = try await ScoreRequestBody(request)
        let options = try body.options()
        return try body.locating { () throws(APIError) in
            let scorers = try registry.scorers(for: options)
            guard !scorers.isEmpty else {
                throw APIError(.outOfRange, "must name at least one scorer", at: .pointer("/scorers"))
            }
            if let embeddings = body.embeddings {
                return try ScoreJob(
                    embeddings: embeddings, scorers: scorers, prompts: body.prompts(), topCount: options.topCount)
            }
            return try ScoreJob(
                images: body.images, scorers: scorers, prompts: body.prompts(), topCount: options.topCount)
        }
    }

    /// Images of a creative adversarial network.
    package func gan(_ request: Request) throws(APIError) -> GANJob {
        try GANJob(GANFields(RequestBody.json(request)), registry: registry)
    }

    /// A set of centroids.
    package func centroids(_ request: Request) throws(APIError) -> CentroidJob {
        try CentroidJob(CentroidFields(request), registry: registry)
    }

    /// A comparison of systems.
    package func evaluation(_ request: Request) async throws(APIError) -> Evaluation {
        try await Evaluation(EvaluationFields(RequestBody.json(request)), registry: registry)
    }
}
