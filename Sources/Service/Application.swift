package import HTTP
import JSON
package import Logging

/// The HTTP API over a set of models: its routes, who may use them, the error boundary, and a log line for each request.
package struct Application: Sendable {
    typealias Route = @Sendable (Call) async throws(APIError) -> Response

    private var router = Router(refusal: Self.refusal)
    /// The templates of the routes that nobody needs a key for.
    private var openTemplates: Set<String> = []
    private let access: Access
    private let metrics: Metrics
    private let logger: Logger

    /// The paths on which clients of an API expect its errors.
    private static let shapes: [(prefix: String, shape: APIError.Shape)] = [
        ("/v1/images", .openAI), ("/v1/models", .openAI), ("/v1/embeddings", .openAI),
        ("/sdapi", .automatic1111), ("/hf", .huggingFace), ("/pipeline", .huggingFace), ("/v2", .kserve),
        ("/embed", .textEmbeddings), ("/info", .textEmbeddings), ("/health", .textEmbeddings),
    ]

    /// The routes over a registry and a queue.
    package init(registry: ModelRegistry, queue: JobQueue, access: Access = Access(), logger: Logger) {
        (self.access, metrics, self.logger) = (access, queue.metrics, logger)
        let (entrance, factory) = (JobEntrance(queue), JobFactory(registry))
        addWork(entrance, factory)
        addOpenAI(entrance, factory)
        addTextEmbeddings(entrance.queue, registry)
        addJobs(JobsRoute(entrance, factory), EvaluationsRoute(entrance, factory))
        addModels(registry, queue.engine.admission)
        addHuggingFace(HuggingFaceRoute(registry: registry, queue: queue))
        addKServe(KServeRoute(registry: registry, queue: queue))
        addService(HealthRoute(admission: queue.engine.admission), MetricsRoute(registry: registry, queue: queue))
        addAutomatic1111(registry, queue)
        let page = PageRoute()
        add("GET", "/", isOpen: true) { call throws(APIError) in try page.index(call) }
        add("GET", "/page/{file}", isOpen: true) { call throws(APIError) in try page.file(call) }
    }

    private mutating func addService(_ health: HealthRoute, _ figures: MetricsRoute) {
        add("GET", "/livez", isOpen: true) { _ in health.live() }
        add("GET", "/readyz", isOpen: true) { _ throws(APIError) in try health.ready() }
        add("GET", "/openapi.json", isOpen: true) { _ in Self.contract }
        add("GET", "/version", isOpen: true) { _ in MetricsRoute.version }
        add("GET", "/metrics") { _ in figures.metrics() }
    }

    private mutating func addWork(_ entrance: JobEntrance, _ factory: JobFactory) {
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

    /// The answer to a request that may not pass, as soon as its header is there; nil for one that may.
    package func gate(_ request: Request) -> Response? {
        let template = router.template(of: request)
        guard !isOpen(template), !isPreflight(request, template) else { return nil }
        do throws(APIError) {
            try access.count(request)
            _ = try access.caller(of: request)
            return nil
        } catch {
            metrics.noteRejection(error)
            return finished(Self.response(to: error, of: request), request, template, since: .now)
        }
    }

    /// The answer to a request, whatever it asks for.
    package func callAsFunction(_ request: Request) async -> Response {
        let start = ContinuousClock.now
        let template = router.template(of: request)
        return finished(await answer(request, template), request, template, since: start)
    }

    /// The answer to a request that the server does not let in.
    package func refuse(_ refusal: Refusal, _ request: Request) -> Response {
        let response = Self.refusal(refusal, request)
        // The answer to what comes too late is written before it is needed.
        return refusal == .timeout ? response : finished(response, request, router.template(of: request), since: .now)
    }

    private func answer(_ request: Request, _ template: String?) async -> Response {
        if isPreflight(request, template) { return access.origins.preflight(request, await router(request)) }
        // What no route answers, such as OPTIONS and paths that are none, needs a key as well.
        if !isOpen(template) {
            do throws(APIError) { _ = try access.caller(of: request) } catch {
                return Self.response(to: error, of: request)
            }
        }
        return await router(request)
    }

    private func isOpen(_ template: String?) -> Bool { template.map(openTemplates.contains) ?? false }

    /// Browsers ask without a key whether they may send one.
    private func isPreflight(_ request: Request, _ template: String?) -> Bool {
        template != nil && access.origins.isPreflight(request)
    }

    /// An answer as it is sent, once it is counted and logged.
    private func finished(
        _ response: Response, _ request: Request, _ template: String?, since start: ContinuousClock.Instant
    ) -> Response {
        var response = response
        access.origins.admit(request, to: &response)
        if !isOpen(template) { response.headers += access.limits(for: request) }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        metrics.noteAnswer(to: request, route: template, status: response.status, seconds: seconds)
        log(request, response, template, milliseconds: seconds * 1000)
        return response
    }

    /// Nothing that a client wrote but its own id: paths hold names, queries hold prompts, headers hold keys.
    private func log(_ request: Request, _ response: Response, _ template: String?, milliseconds: Double) {
        logger.info(
            "request",
            metadata: [
                "id": "\(request.id)", "method": "\(Metrics.method(of: request))", "route": "\(template ?? "-")",
                "status": "\(response.status)", "ms": "\((milliseconds * 10).rounded() / 10)",
                "in": "\(request.body.count)", "out": "\(response.stream == nil ? "\(response.body.count)" : "stream")",
                "caller": "\(access.label(of: request))", "address": "\(request.remoteAddress)",
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
        return response(to: error, of: request)
    }

    /// Adds a route; one that is open needs no key, by whatever method and however its path is spelled.
    mutating func add(_ method: String, _ template: String, isOpen: Bool = false, _ route: @escaping Route) {
        if isOpen { openTemplates.insert(template) }
        let access = isOpen ? Access() : access
        router.add(method, template) { request, parameters in
            do throws(APIError) {
                return try await route(Call(request, path: parameters, caller: access.caller(of: request)))
            } catch {
                return Self.response(to: error, of: request)
            }
        }
    }

    private static func response(to error: APIError, of request: Request) -> Response {
        error.response(id: request.id, shape: shape(of: request.path))
    }

    private static func shape(of path: String) -> APIError.Shape {
        shapes.first { path == $0.prefix || path.hasPrefix($0.prefix + "/") }?.shape ?? .problem
    }

    private static let contract = Response(
        status: 200, headers: [("Content-Type", "application/json")], body: Array(OpenAPIDocument.json.utf8))
}
