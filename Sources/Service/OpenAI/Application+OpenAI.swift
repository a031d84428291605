extension Application {
    /// The routes of the OpenAI API.
    mutating func addOpenAI(_ entrance: JobEntrance, _ factory: JobFactory) {
        let images = ImagesRoute(entrance, factory)
        add("POST", "/v1/images/generations") { call throws(APIError) in try await images.generate(call) }
        add("POST", "/v1/images/edits") { call throws(APIError) in try await images.edit(call) }
        add("POST", "/v1/images/variations") { call throws(APIError) in try await images.vary(call) }
        add("GET", ImagesRoute.publishedPath + "/{id}", isOpen: true) { call throws(APIError) in try images.file(call) }
        add("POST", "/v1/embeddings") { call throws(APIError) in
            try await entrance.answer(factory.embeddings(call.request), to: call)
        }
    }
}
