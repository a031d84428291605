/// Finds the handler of a request by its method and path.
///
/// Paths match segment by segment after each segment is decoded, so no spelling of a path (`//`, `..`, `%2F`, a
/// trailing slash) reaches a route that another spelling does not. `HEAD` is answered by the route of `GET`, and
/// `OPTIONS` by the list of a path's methods.
package struct Router: Sendable {
    /// What answers a request; `parameters` holds what stood at the template's `{names}`.
    package typealias Handler = @Sendable (_ request: Request, _ parameters: [String: String]) async -> Response

    private struct Route: Sendable {
        let method: String
        let template: [Segment]
        let handler: Handler
    }

    private enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    private var routes: [Route] = []
    private let refusal: @Sendable (Refusal, Request) -> Response

    /// A router without routes, whose own answers are written by `refusal`.
    package init(refusal: @escaping @Sendable (Refusal, Request) -> Response) { self.refusal = refusal }

    /// Adds a route; a segment `{name}` of the template stands for any one segment that is not empty.
    package mutating func add(_ method: String, _ template: String, _ handler: @escaping Handler) {
        precondition(template.hasPrefix("/"), "a template begins with a slash")
        let segments = template.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            $0.hasPrefix("{") && $0.hasSuffix("}")
                ? Segment.parameter(String($0.dropFirst().dropLast())) : Segment.literal(String($0))
        }
        routes.append(Route(method: method, template: segments, handler: handler))
    }

    /// The answer to a request.
    package func callAsFunction(_ request: Request) async -> Response {
        guard let path = Self.segments(of: request.path) else { return refusal(.malformedTarget, request) }
        let matches = routes.compactMap { route in Self.match(path, route.template).map { (route, $0) } }
        guard !matches.isEmpty else { return refusal(.notFound, request) }
        let method = request.method == "HEAD" ? "GET" : request.method
        if let (route, parameters) = matches.first(where: { $0.0.method == method }) {
            return await route.handler(request, parameters)
        }
        let allowed = Self.allowed(matches.map(\.0.method))
        if request.method == "OPTIONS" {
            return Response(status: 204, headers: [("Allow", allowed.joined(separator: ", "))])
        }
        var response = refusal(.methodNotAllowed(allowed: allowed), request)
        response.headers.append(("Allow", allowed.joined(separator: ", ")))
        return response
    }

    /// The decoded segments of a path; nil if an escape is broken.
    private static func segments(of path: String) -> [String]? {
        guard path.hasPrefix("/") else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decode(part) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    /// What stands at the template's parameters; nil if the path is another one.
    private static func match(_ path: [String], _ template: [Segment]) -> [String: String]? {
        guard path.count == template.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, segment) in zip(path, template) {
            switch segment {
            case .literal(let text): guard part == text else { return nil }
            case .parameter(let name):
                guard !part.isEmpty else { return nil }
                parameters[name] = part
            }
        }
        return parameters
    }

    private static func allowed(_ methods: [String]) -> [String] {
        Set(methods + (methods.contains("GET") ? ["HEAD"] : []) + ["OPTIONS"]).sorted()
    }
}
