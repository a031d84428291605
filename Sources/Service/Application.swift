import Glibc
package import HTTP
package import Logging

/// The HTTP API over a set of models: its routes, the error boundary, and a log line for each request.
package struct Application: Sendable {
    private typealias Route = @Sendable (Request, [String: String]) async throws(APIError) -> Response

    private var router = Router(refusal: Self.refusal)
    private let logger: Logger
    /// The evaluations, which whoever serves must let run.
    package let evaluations = EvaluationQueue()

    /// The paths on which clients of the OpenAI API expect its errors.
    private static let openAIPrefixes = ["/v1/images/", "/v1/models"]

    /// The routes over a registry and an engine.
    package init(registry: ModelRegistry, engine: Engine, logger: Logger) {
        self.logger = logger
        let generations = GenerationsRoute(registry: registry, engine: engine) { time(nil) }
        let drawings = GANImagesRoute(registry: registry, engine: engine) { time(nil) }
        let scores = ScoresRoute(registry: registry, engine: engine)
        let centroids = CentroidsRoute(registry: registry, engine: engine)
        let models = ModelsRoute(registry: registry, admission: engine.admission)
        let scorers = ScorersRoute(registry: registry)
        let comparisons = EvaluationsRoute(registry: registry, queue: evaluations) { time(nil) }
        let catalogues = CataloguesRoute(registry: registry)
        let health = HealthRoute(admission: engine.admission)
        add("POST", "/v1/images/generations") { request, _ throws(APIError) in try await generations(request) }
        add("POST", "/v1/gan/images") { request, _ throws(APIError) in try await drawings(request) }
        add("POST", "/v1/scores") { request, _ throws(APIError) in try await scores(request) }
        add("POST", "/v1/centroids") { request, _ throws(APIError) in try await centroids.create(request) }
        add("GET", "/v1/centroids") { _, _ in centroids.list() }
        add("GET", "/v1/centroids/{name}") { _, path throws(APIError) in try centroids.retrieve(path["name"] ?? "") }
        add("DELETE", "/v1/centroids/{name}") { _, path throws(APIError) in try centroids.delete(path["name"] ?? "") }
        add("POST", "/v1/evaluations") { request, _ throws(APIError) in try await comparisons.create(request) }
        add("GET", "/v1/evaluations") { _, _ in comparisons.list() }
        add("GET", "/v1/evaluations/{id}") { _, path throws(APIError) in try comparisons.retrieve(path["id"] ?? "") }
        add("DELETE", "/v1/evaluations/{id}") { _, path throws(APIError) in try comparisons.delete(path["id"] ?? "") }
        add("GET", "/v1/evaluations/{id}/{file}") { _, path throws(APIError) in
            try comparisons.file(path["id"] ?? "", path["file"] ?? "")
        }
        add("GET", "/v1/models") { _, _ in models.list() }
        add("GET", "/v1/models/{model}") { _, path throws(APIError) in try models.retrieve(path["model"] ?? "") }
        add("POST", "/v1/models/{model}/load") { request, path throws(APIError) in
            try await models.load(path["model"] ?? "", request)
        }
        add("POST", "/v1/models/{model}/unload") { _, path throws(APIError) in
            try models.unload(path["model"] ?? "")
        }
        add("GET", "/v1/scorers") { _, _ in scorers.list() }
        add("GET", "/v1/catalogues") { _, _ in catalogues.list() }
        add("GET", "/livez") { _, _ in health.live() }
        add("GET", "/readyz") { _, _ throws(APIError) in try health.ready() }
        add("GET", "/openapi.json") { _, _ in Self.contract }
    }

    /// The answer to a request, whatever it asks for.
    package func callAsFunction(_ request: Request) async -> Response {
        let start = ContinuousClock.now
        let response = await router(request)
        log(request, response, milliseconds: (ContinuousClock.now - start) / .milliseconds(1))
        return response
    }

    /// The answer to a request that the server does not let in.
    package func refuse(_ refusal: Refusal, _ request: Request) -> Response {
        let response = Self.refusal(refusal, request)
        // The answer to what comes too late is written before it is needed.
        if refusal != .timeout { log(request, response, milliseconds: 0) }
        return response
    }

    private func log(_ request: Request, _ response: Response, milliseconds: Double) {
        logger.info(
            "request",
            metadata: [
                "id": "\(request.id)", "method": "\(request.method)", "path": "\(request.path.shortened)",
                "status": "\(response.status)", "ms": "\((milliseconds * 10).rounded() / 10)",
            ])
    }

    private static func refusal(_ refusal: Refusal, _ request: Request) -> Response {
        let error =
            switch refusal {
            case .notFound: APIError(.notFound, "There is nothing at \(request.path.shortened).")
            case .methodNotAllowed(let allowed):
                APIError(
                    .methodNotAllowed,
                    "\(request.path.shortened) takes \(allowed.joined(separator: ", ")), not \(request.method.shortened)."
                )
            case .malformedTarget:
                APIError(.invalidRequest, "The path or the query has a percent-escape that is none, or is not UTF-8.")
            case .malformedLength: APIError(.invalidRequest, "The Content-Length is not a number.")
            case .bodyTooLarge(let limit):
                APIError(.bodyTooLarge, "The body is larger than \(limit) bytes, which are accepted.")
            case .timeout: APIError(.requestTimeout, "The request took too long to arrive.")
            }
        return error.response(id: request.id, shape: shape(of: request.path))
    }

    private mutating func add(_ method: String, _ template: String, _ route: @escaping Route) {
        router.add(method, template) { request, parameters in
            do throws(APIError) {
                return try await route(request, parameters)
            } catch {
                return error.response(id: request.id, shape: Self.shape(of: request.path))
            }
        }
    }

    private static func shape(of path: String) -> APIError.Shape {
        openAIPrefixes.contains(where: path.hasPrefix) ? .openAI : .problem
    }

    private static let contract = Response(
        status: 200, headers: [("Content-Type", "application/json")], body: Array(OpenAPIDocument.json.utf8))
}
