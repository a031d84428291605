package import HTTP
import JSON
package import Logging

/// The HTTP API over a set of models: its routes, the error boundary, and a log line for each request.
package struct Application: Sendable {
    typealias Route = @Sendable (Call) async throws(APIError) -> Response

    private var router = Router(refusal: Self.refusal)
    private let logger: Logger

    /// The paths on which clients of the OpenAI API expect its errors.
    private static let openAIPrefixes = ["/v1/images/", "/v1/models"]

    /// The routes over a registry and a queue.
    package init(registry: ModelRegistry, queue: JobQueue, logger: Logger) {
        self.logger = logger
        let (entrance, factory) = (JobEntrance(queue), JobFactory(registry))
        addWork(entrance, factory)
        addJobs(JobsRoute(entrance, factory), EvaluationsRoute(entrance, factory))
        addModels(registry, queue.engine.admission)
        addHuggingFace(HuggingFaceRoute(registry: registry, queue: queue))
        addKServe(KServeRoute(registry: registry, queue: queue))
        let health = HealthRoute(admission: queue.engine.admission)
        add("GET", "/livez") { _ in health.live() }
        add("GET", "/readyz") { _ throws(APIError) in try health.ready() }
        add("GET", "/openapi.json") { _ in Self.contract }
    }

    private mutating func addWork(_ entrance: JobEntrance, _ factory: JobFactory) {
        add("POST", "/v1/images/generations") { call throws(APIError) in
            try await entrance.answer(factory.generation(call.request), to: call)
        }
        add("POST", "/v1/gan/images") { call throws(APIError) in
            try await entrance.answer(factory.gan(call.request), to: call)
        }
        add("POST", "/v1/scores") { call throws(APIError) in
            try await entrance.answer(factory.scores(call.request), to: call)
        }
        add("POST", "/v1/centroids") { call throws(APIError) in
            try await entrance.answer(factory.centroids(call.request), to: call)
        }
    }

    private mutating func addJobs(_ jobs: JobsRoute, _ evaluations: EvaluationsRoute) {
        add("POST", "/v1/jobs") { call throws(APIError) in try await jobs.create(call) }
        add("GET", "/v1/jobs") { call throws(APIError) in try await jobs.list(call) }
        add("GET", "/v1/jobs/{id}") { call throws(APIError) in try await jobs.retrieve(call) }
        add("DELETE", "/v1/jobs/{id}") { call throws(APIError) in try await jobs.delete(call) }
        add("GET", "/v1/jobs/{id}/events") { call throws(APIError) in try await jobs.events(call) }
        add("GET", "/v1/jobs/{id}/images/{index}") { call throws(APIError) in try await jobs.image(call) }
        add("POST", "/v1/evaluations") { call throws(APIError) in try await evaluations.create(call) }
        add("GET", "/v1/evaluations") { call throws(APIError) in try await evaluations.list(call) }
        add("GET", "/v1/evaluations/{id}") { call throws(APIError) in try await evaluations.retrieve(call) }
        add("DELETE", "/v1/evaluations/{id}") { call throws(APIError) in try await evaluations.delete(call) }
        add("GET", "/v1/evaluations/{id}/{file}") { call throws(APIError) in try await evaluations.file(call) }
    }

    private mutating func addModels(_ registry: ModelRegistry, _ admission: Admission) {
        let centroids = CentroidsRoute(registry: registry)
        let models = ModelsRoute(registry: registry, admission: admission)
        let scorers = ScorersRoute(registry: registry)
        let catalogues = CataloguesRoute(registry: registry)
        add("GET", "/v1/centroids") { _ in centroids.list() }
        add("GET", "/v1/centroids/{name}") { call throws(APIError) in try centroids.retrieve(call.name("name")) }
        add("DELETE", "/v1/centroids/{name}") { call throws(APIError) in try centroids.delete(call.name("name")) }
        add("GET", "/v1/models") { _ in models.list() }
        add("GET", "/v1/models/{model}") { call throws(APIError) in try models.retrieve(call.name("model")) }
        add("POST", "/v1/models/{model}/load") { call throws(APIError) in
            try await models.load(call.name("model"), call.request)
        }
        add("POST", "/v1/models/{model}/unload") { call throws(APIError) in try models.unload(call.name("model")) }
        add("GET", "/v1/adapters") { _ in
            .json([
                "object": "list",
                "data": .array(registry.adapters.names.map { ["id": .string($0), "object": "adapter"] }),
            ])
        }
        add("GET", "/v1/scorers") { _ in scorers.list() }
        add("GET", "/v1/catalogues") { _ in catalogues.list() }
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
            case .malformedHeader:
                APIError(.invalidRequest, "The header has two hosts, or a line that is not 'name: value'.")
            case .malformedLength: APIError(.invalidRequest, "The Content-Length is not a number.")
            case .ambiguousLength:
                APIError(.invalidRequest, "More than one header field says how long the body is.")
            case .unknownTransferCoding: APIError(.invalidRequest, "The Transfer-Encoding is not chunked.")
            case .encodedBody: APIError(.unsupportedMediaType, "The body has a Content-Encoding; send it as it is.")
            case .bodyTooLarge(let limit):
                APIError(.bodyTooLarge, "The body is larger than \(limit) bytes, which are accepted.")
            case .timeout: APIError(.requestTimeout, "The request took too long to arrive.")
            }
        return error.response(id: request.id, shape: shape(of: request.path))
    }

    mutating func add(_ method: String, _ template: String, _ route: @escaping Route) {
        router.add(method, template) { request, parameters in
            do throws(APIError) {
                return try await route(Call(request, path: parameters))
            } catch {
                return error.response(id: request.id, shape: Self.shape(of: request.path))
            }
        }
    }

    private static func shape(of path: String) -> APIError.Shape {
        if openAIPrefixes.contains(where: path.hasPrefix) { return .openAI }
        if huggingFacePrefixes.contains(where: path.hasPrefix) { return .huggingFace }
        return path == "/v2" || path.hasPrefix("/v2/") ? .kserve : .problem
    }

    private static let contract = Response(
        status: 200, headers: [("Content-Type", "application/json")], body: Array(OpenAPIDocument.json.utf8))
}
