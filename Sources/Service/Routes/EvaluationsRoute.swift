package import HTTP
import JSON
import Jobs

/// `/v1/evaluations`: comparisons of systems, which are jobs with tables and pictures.
package struct EvaluationsRoute: Sendable {
    private let jobs: JobsRoute
    private let entrance: JobEntrance
    private let factory: JobFactory

    /// Evaluations among a queue's jobs.
    package init(_ entrance: JobEntrance, _ factory: JobFactory) {
        (self.entrance, self.factory) = (entrance, factory)
        jobs = JobsRoute(entrance, factory)
    }

    /// Checks everything, and answers before anything is drawn.
    package func create(_ call: Call) async throws(APIError) -> Response {
        let origin = JobOrigin(call.request, key: try JobEntrance.key(call.request))
        let evaluation = try await factory.evaluation(call.request)
        var response = try await entrance.accept(evaluation, origin, for: call.caller)
        response.headers = response.headers.map { $0.0 == "Location" ? ($0.0, Self.path(fromJob: $0.1)) : $0 }
        return response
    }

    /// The caller's evaluations, the last one first.
    package func list(_ call: Call) async throws(APIError) -> Response {
        try await jobs.list(call, kind: .evaluation)
    }

    /// One evaluation, with its result once there is one.
    package func retrieve(_ call: Call) async throws(APIError) -> Response {
        let view = try await view(call)
        var json = view.detailedJSON
        json["request"] = nil  // which may hold megabytes of pictures; the job has it
        guard var result = json["result"]?.object else { return .json(.object(json)) }
        let base = "\(JobKind.evaluation.path)/\(view.id)"
        let names = Self.files(of: result)
        let pictures = names.filter { $0.hasSuffix(".png") }.map {
            (String($0.dropLast(4)), JSONValue.string("\(base)/\($0)"))
        }
        result["files"] = nil
        result["tables"] = ["csv": .string("\(base)/table.csv"), "markdown": .string("\(base)/table.md")]
        result["pictures"] = .object(JSONObject(pictures))
        json["result"] = .object(result)
        return .json(.object(json))
    }

    /// Cancels an evaluation that waits or runs, and erases one that has ended.
    package func delete(_ call: Call) async throws(APIError) -> Response {
        _ = try await view(call)
        return try await jobs.delete(call)
    }

    /// A table or a picture of an evaluation that has succeeded.
    package func file(_ call: Call) async throws(APIError) -> Response {
        let view = try await view(call)
        guard let result = view.detailedJSON["result"]?.object else {
            throw APIError(.conflict, "The evaluation has no result: it is \(view.state.rawValue).")
        }
        let names = Self.files(of: result)
        guard let index = names.firstIndex(of: call.name("file")),
            let file = try await entrance.queue.archive.file(index, of: view.id)
        else {
            let name = call.name("file").shortened
            throw APIError(.notFound, "The evaluation has no '\(name)'; it has \(names.joined(separator: ", ")).")
        }
        return Response(status: 200, headers: [("Content-Type", file.type)], body: file.bytes)
    }

    private func view(_ call: Call) async throws(APIError) -> JobView {
        let view = try await jobs.view(call.name("id"), of: call.caller)
        guard view.kind == .evaluation else {
            throw APIError(.notFound, "There is no evaluation '\(view.id)': that job is of another kind.")
        }
        return view
    }

    private static func files(of result: JSONObject) -> [String] {
        result["files"]?.array?.compactMap(\.string) ?? []
    }

    private static func path(fromJob path: String) -> String {
        JobKind.evaluation.path + path.dropFirst("/v1/jobs".count)
    }
}
