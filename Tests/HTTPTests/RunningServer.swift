import HTTP

/// Serves an echo of each request on a free port while `body` runs.
func withServer<Result>(
    _ adjust: (inout ServerConfiguration) -> Void = { _ in },
    gate: @escaping @Sendable (Request) -> Response? = { _ in nil },
    handler: @escaping @Sendable (Request) async -> Response = echo, _ body: (Server) async throws -> Result
) async throws -> Result {
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.bodyLimit = 1 << 20
    // Tests of deadlines set their own; no other may meet one where a sanitizer and its neighbours leave it no time.
    (configuration.headerSeconds, configuration.bodySeconds) = (300, 300)
    adjust(&configuration)
    let server = try Server(
        configuration: configuration, gate: gate,
        refusal: { refusal, _ in Response(status: refusal.status, body: Array("\(refusal)".utf8)) }, handler: handler)
    do {
        let result = try await body(server)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// Answers with the request's method, path, query and body.
@Sendable func echo(_ request: Request) async -> Response {
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    let head = Array("\(request.method) \(request.path) [\(query)] ".utf8)
    return Response(status: 200, headers: [("Content-Type", "text/plain")], body: head + request.body)
}

/// Opens once, for handlers that must wait until the test says so.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    func passed() async {
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }
}
