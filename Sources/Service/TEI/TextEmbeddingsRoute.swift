import CLIP
import HTTP
import JSON

/// `/embed`, `/info` and `/health`: the default CLIP's text encoder, as Text Embeddings Inference serves one.
struct TextEmbeddingsRoute {
    private let queue: JobQueue
    private let registry: ModelRegistry

    init(_ queue: JobQueue, _ registry: ModelRegistry) { (self.queue, self.registry) = (queue, registry) }

    /// The vectors of texts.
    func embed(_ call: Call) async throws(APIError) -> Response {
        let fields = try TextEmbeddingsFields(RequestBody.json(call.request))
        let clip = try registry.embedder(named: nil)
        try clip.checkWidth(fields.dimensions)
        let texts = EmbeddedTexts(fields.texts, by: clip.model.tokenizer, cutting: fields.cut ?? .end)
        if fields.cut == nil, let (index, count) = texts.cutCounts.first {
            let length = clip.model.tokenizer.length
            throw APIError(
                .tooLong, "has \(length + count) tokens, of which \(length) are seen; 'truncate' allows that",
                at: .pointer("/inputs/\(index)"))
        }
        let job = EmbeddingJob(texts, by: clip, isNormalized: fields.isNormalized)
        let vectors = try await queue.perform(job, for: call.caller)
        return .json(.array(vectors.map { .array($0.map { .real(Double($0)) }) }))
    }

    /// What clients size their requests by.
    func info() throws(APIError) -> Response {
        let clip = try registry.embedder(named: nil)
        let length = clip.model.tokenizer.length
        return .json([
            "model_id": .string("clip:\(clip.id)"), "model_sha": nil, "model_dtype": "float32",
            "model_type": ["embedding": ["pooling": "last_token"]],
            "max_concurrent_requests": .integer(Int64(queue.engine.admission.maximumCount)),
            "max_input_length": .integer(Int64(length)),
            "max_batch_tokens": .integer(Int64(length * TextEmbeddingsFields.maximumCount)),
            "max_batch_requests": nil,
            "max_client_batch_size": .integer(Int64(TextEmbeddingsFields.maximumCount)), "auto_truncate": false,
            "tokenization_workers": 1, "version": .string(Version.number), "sha": nil, "docker_label": nil,
        ])
    }
}
