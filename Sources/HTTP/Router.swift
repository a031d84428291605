/// Finds the handler of a request by its method and path.
///
/// Paths match segment by segment after each segment is decoded, so no spelling of a path (`//`, `..`, `%2F`, a
/// trailing slash) reaches a route that another spelling does not. Of several templates that match, the one with the
/// earliest literal segment answers, whatever the method, as OpenAPI has it. `HEAD` is answered by the route of `GET`,
/// and `OPTIONS` by the list of a path's methods.
package struct Router: Sendable {
    /// What answers a request; `parameters` holds what stood at the template's `{names}`.
    package typealias Handler = @Sendable (_ request: Request, _ parameters: [String: String]) async -> Response

    private struct Route: Sendable {
        let method: String
        let template: PathTemplate
        let handler: Handler
    }

    private var routes: [Route] = []
    private let refusal: @Sendable (Refusal, Request) -> Response

    /// A router without routes, whose own answers are written by `refusal`.
    package init(refusal: @escaping @Sendable (Refusal, Request) -> Response) { self.refusal = refusal }

    /// Adds a route; a segment `{name}` of the template stands for any one segment that is not empty, and `{name...}`
    /// at its end for one or more.
    package mutating func add(_ method: String, _ template: String, _ handler: @escaping Handler) {
        routes.append(Route(method: method, template: PathTemplate(template), handler: handler))
    }

    /// All routes in the order they were added, without the `HEAD` and `OPTIONS` that come with them.
    package var templates: [(method: String, template: String)] { routes.map { ($0.method, $0.template.text) } }

    /// The template that a request's path is answered by, whatever its method; nil for a path of no route.
    package func template(of request: Request) -> String? {
        PathTemplate.segments(of: request.path).flatMap { routes(for: $0).first?.template.text }
    }

    /// The answer to a request.
    package func callAsFunction(_ request: Request) async -> Response {
        guard let path = PathTemplate.segments(of: request.path) else { return refusal(.malformedTarget, request) }
        let routes = routes(for: path)
        guard !routes.isEmpty else { return refusal(.notFound, request) }
        let method = request.method == "HEAD" ? "GET" : request.method
        if let route = routes.first(where: { $0.method == method }) {
            return await route.handler(request, route.template.parameters(of: path))
        }
        let allowed = Self.allowed(routes.map(\.method))
        if request.method == "OPTIONS" {
            return Response(status: 204, headers: [("Allow", allowed.joined(separator: ", "))])
        }
        var response = refusal(.methodNotAllowed(allowed: allowed), request)
        response.headers.append(("Allow", allowed.joined(separator: ", ")))
        return response
    }

    /// The routes whose template fits the path best.
    private func routes(for path: [String]) -> [Route] {
        let matches = routes.filter { $0.template.matches(path) }
        guard let best = matches.map(\.template).min(by: PathTemplate.isMoreSpecific) else { return [] }
        return matches.filter { !PathTemplate.isMoreSpecific(best, $0.template) }
    }

    private static func allowed(_ methods: [String]) -> [String] {
        Set(methods + (methods.contains("GET") ? ["HEAD"] : []) + ["OPTIONS"]).sorted()
    }
}
