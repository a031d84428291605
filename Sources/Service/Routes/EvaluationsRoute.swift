package import HTTP
import JSON

/// `/v1/evaluations`: comparisons of systems, to be asked for, followed, read and removed.
package struct EvaluationsRoute: Sendable {
    private let registry: ModelRegistry
    private let queue: EvaluationQueue
    private let clock: @Sendable () -> Int

    /// Compares with the registry's models, in the queue's order; `clock` tells the Unix time.
    package init(registry: ModelRegistry, queue: EvaluationQueue, clock: @escaping @Sendable () -> Int) {
        (self.registry, self.queue, self.clock) = (registry, queue, clock)
    }

    /// Checks everything, and answers before anything is drawn.
    package func create(_ request: Request) async throws(APIError) -> Response {
        let evaluation = try await Evaluation(EvaluationFields(RequestBody.json(request)), registry: registry)
        let job = try queue.submit(evaluation, at: clock())
        var response = Response.json(.object(job.json(withResult: false)), status: 202)
        response.headers.append(("Location", job.path))
        return response
    }

    /// All evaluations, without their results.
    package func list() -> Response {
        .json(["object": "list", "data": .array(queue.all.map { .object($0.json(withResult: false)) })])
    }

    /// One evaluation, with its result once there is one.
    package func retrieve(_ id: String) throws(APIError) -> Response {
        .json(.object(try queue.job(id).json(withResult: true)))
    }

    /// Cancels an evaluation, or forgets one that has ended.
    package func delete(_ id: String) throws(APIError) -> Response {
        try queue.remove(id)
        return Response(status: 204)
    }

    /// A table or a picture of an evaluation that has succeeded.
    package func file(_ id: String, _ name: String) throws(APIError) -> Response {
        let job = try queue.job(id)
        guard case .succeeded(let result) = job.state else {
            throw APIError(.conflict, "The evaluation has no result: it is \(job.state.name).")
        }
        switch name {
        case "table.csv": return Self.text(result.csv, "text/csv; charset=utf-8; header=present")
        case "table.md": return Self.text(result.markdown, "text/markdown; charset=utf-8")
        default:
            guard let picture = result.pictures.first(where: { "\($0.name).png" == name }) else {
                let names = ["table.csv", "table.md"] + result.pictures.map { "\($0.name).png" }
                throw APIError(
                    .notFound, "The evaluation has no '\(name.shortened)'; it has \(names.joined(separator: ", ")).")
            }
            return Response(status: 200, headers: [("Content-Type", "image/png")], body: picture.png)
        }
    }

    private static func text(_ text: String, _ type: String) -> Response {
        Response(status: 200, headers: [("Content-Type", type)], body: Array(text.utf8))
    }
}
