extension ModelRegistry {
    /// Names of OpenAI's own models, which clients send when nobody told them better.
    private static let openAINames = ["dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5"]

    /// The pipeline of a name; the default one for none and for the names of OpenAI's own.
    package func pipeline(named name: String?) async throws(APIError) -> LoadedPipeline {
        if let name, let pipeline = pipelines.first(where: { $0.id == name }) { return pipeline }
        let isLeftOpen = name.map(Self.openAINames.contains) ?? true
        if isLeftOpen, let defaultPipeline { return defaultPipeline }
        let ids = pipelines.map { "'\($0.id)'" }.joined(separator: ", ")
        let loaded = ids.isEmpty ? "no pipeline is loaded" : "loaded: \(ids)"
        let asked = name.map { "'\($0.shortened)'" } ?? "none"
        throw APIError(.modelNotFound, "names no pipeline, but \(asked); \(loaded)", at: .pointer("/model"))
    }

    /// The CLIP of a name, or the default one.
    package func clip(named name: String?) throws(APIError) -> LoadedCLIP {
        if let name, let clip = clips.first(where: { $0.id == name }) { return clip }
        if name == nil, let defaultCLIP { return defaultCLIP }
        let ids = clips.map { "'\($0.id)'" }.joined(separator: ", ")
        let loaded = ids.isEmpty ? "no CLIP is loaded" : "loaded: \(ids)"
        let asked = name.map { "'\($0.shortened)'" } ?? "none"
        throw APIError(.modelNotFound, "names no CLIP, but \(asked); \(loaded)", at: .pointer("/embedder"))
    }
}
