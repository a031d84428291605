import HTTP

extension Application {
    /// The routes of Text Embeddings Inference.
    mutating func addTextEmbeddings(_ queue: JobQueue, _ registry: ModelRegistry) {
        let texts = TextEmbeddingsRoute(queue, registry)
        let health = HealthRoute(admission: queue.engine.admission)
        add("POST", "/embed") { call throws(APIError) in try await texts.embed(call) }
        add("GET", "/info") { _ throws(APIError) in try texts.info() }
        add("GET", "/health", isOpen: true) { _ throws(APIError) in
            _ = try health.ready()
            return Response(status: 200)
        }
    }
}
