extension Application {
    /// Adds the Open Inference Protocol.
    mutating func addKServe(_ models: KServeRoute) {
        add("GET", "/v2") { _ in models.server() }
        add("GET", "/v2/health/live", isOpen: true) { _ in models.live() }
        add("GET", "/v2/health/ready", isOpen: true) { _ throws(APIError) in try models.ready() }
        for path in ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"] {
            add("GET", path) { call throws(APIError) in try models.metadata(call) }
            add("GET", path + "/ready") { call throws(APIError) in try models.modelReady(call) }
            add("POST", path + "/infer") { call throws(APIError) in try await models.infer(call) }
        }
        add("POST", "/v2/repository/index") { call throws(APIError) in try models.index(call) }
        add("POST", "/v2/repository/models/{model}/load") { call throws(APIError) in try models.load(call) }
        add("POST", "/v2/repository/models/{model}/unload") { call throws(APIError) in try models.unload(call) }
    }
}
