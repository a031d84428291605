extension ModelRegistry {
    /// Names of OpenAI's own models, which clients send when nobody told them better.
    private static let openAINames = ["dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5"]

    /// The pipeline of a name, as soon as it is loaded; the default one for none and for the names of OpenAI's own.
    package func pipeline(named name: String?) async throws(APIError) -> LoadedPipeline {
        try await pipelines.pipeline(pipelineID(named: name))
    }

    private func pipelineID(named name: String?) throws(APIError) -> String {
        if let name, let entry = pipelines.entry(name) { return entry.folder.id }
        let isLeftOpen = name.map(Self.openAINames.contains) ?? true
        if isLeftOpen, let id = pipelines.defaultID { return id }
        let ids = pipelines.all.map { "'\($0.folder.id)'" }.joined(separator: ", ")
        let known = ids.isEmpty ? "there is no pipeline" : "there are \(ids)"
        let asked = name.map { "'\($0.shortened)'" } ?? "none"
        throw APIError(.modelNotFound, "names no pipeline, but \(asked); \(known)", at: .pointer("/model"))
    }

    /// Names of OpenAI's own embedders, which clients send when nobody told them better.
    private static let openAIEmbedderNames = [
        "text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002",
    ]

    /// The CLIP of a name or of an id that `/v1/models` lists; the default one for none and for OpenAI's own names.
    func embedder(named name: String?) throws(APIError) -> LoadedCLIP {
        guard let name, !Self.openAIEmbedderNames.contains(name) else { return try clip(named: nil, at: "/model") }
        return try clip(named: name.hasPrefix("clip:") ? String(name.dropFirst(5)) : name, at: "/model")
    }

    /// The CLIP of a name, or the default one.
    package func clip(named name: String?, at pointer: String = "/embedder") throws(APIError) -> LoadedCLIP {
        if let name, let clip = clips.first(where: { $0.id == name }) { return clip }
        if name == nil, let defaultCLIP { return defaultCLIP }
        let ids = clips.map { "'\($0.id)'" }.joined(separator: ", ")
        let loaded = ids.isEmpty ? "no CLIP is loaded" : "loaded: \(ids)"
        let asked = name.map { "'\($0.shortened)'" } ?? "none"
        throw APIError(.modelNotFound, "names no CLIP, but \(asked); \(loaded)", at: .pointer(pointer))
    }
}
