extension Application {
    /// The paths on which clients of Hugging Face's task API expect its errors.
    static let huggingFacePrefixes = ["/hf/", "/pipeline/"]

    /// Adds the task API.
    mutating func addHuggingFace(_ tasks: HuggingFaceRoute) {
        add("POST", "/hf/models/{model...}") { call throws(APIError) in try await tasks.answer(call) }
        add("POST", "/pipeline/{task}/{model...}") { call throws(APIError) in
            try await tasks.answer(call, task: call.name("task"))
        }
    }
}
