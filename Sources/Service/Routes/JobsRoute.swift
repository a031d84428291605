package import HTTP
import JSON
import Jobs

/// `/v1/jobs`: work that goes on by itself, to be followed, read, cancelled and erased.
package struct JobsRoute: Sendable {
    private let entrance: JobEntrance
    private let factory: JobFactory
    private var queue: JobQueue { entrance.queue }

    private static let pageCounts = 1...100
    /// Well under the 15 s after which clients may give a silent stream up.
    private static let pingInterval = Duration.seconds(10)

    /// Jobs of a queue.
    package init(_ entrance: JobEntrance, _ factory: JobFactory) {
        (self.entrance, self.factory) = (entrance, factory)
    }

    /// Checks everything, and answers before anything is computed.
    package func create(_ call: Call) async throws(APIError) -> Response {
        let (kind, request) = try Self.wanted(RequestBody.json(call.request))
        let origin = JobOrigin(json: request.value, key: try JobEntrance.key(call.request))
        let work: any Work
        do throws(APIError) {
            work = try await factory.work(kind, origin.request(to: kind))
        } catch {
            throw error.moved(into: request.pointer)
        }
        return try await entrance.accept(work, origin, for: call.caller)
    }

    /// The caller's jobs, the last one first.
    package func list(_ call: Call) async throws(APIError) -> Response { try await list(call, kind: nil) }

    /// The caller's jobs of a kind, among the latest of all.
    func list(_ call: Call, kind: JobKind?) async throws(APIError) -> Response {
        let limit = try Self.limit(call.request)
        let after = call.request.query.first { $0.name == "after" }?.value
        var cursor: JobCursor?
        var unkept: [JobView] = []
        if let after {
            guard let id = JobID(after), let job = try await queue.archive.job(id, of: call.caller.owner) else {
                throw APIError(.notFound, "names no job", at: .parameter("after"))
            }
            cursor = job.summary.cursor
        } else {
            unkept = queue.active.filter { !$0.isKept && $0.owner == call.caller.owner }.map {
                JobView($0, queue: queue)
            }
        }
        let stored = try await queue.archive.jobs(of: call.caller.owner, after: cursor, limit: limit + 1)
        let views = (unkept + stored.prefix(limit).map { JobView($0, queue: queue) })
            .filter { kind == nil || $0.kind == kind }
        return .json([
            "object": "list", "data": .array(views.map { .object($0.json) }), "has_more": .bool(stored.count > limit),
        ])
    }

    /// One job, with its request and its result.
    package func retrieve(_ call: Call) async throws(APIError) -> Response {
        .json(.object(try await view(call.name("id"), of: call.caller).detailedJSON))
    }

    /// What happens to a job, as server-sent events, from the one after `Last-Event-ID`.
    package func events(_ call: Call) async throws(APIError) -> Response {
        let last = call.request.header("last-event-id").flatMap { Int($0) } ?? 0
        let view = try await view(call.name("id"), of: call.caller)
        guard let job = queue.active(view.id) else {
            let event = JobEvents.Event(id: JobEvents.finalID, name: view.state.rawValue, data: view.json)
            return .events(
                AsyncStream { continuation in
                    if last < event.id { continuation.yield(event.message) }
                    continuation.finish()
                })
        }
        return .events(Self.messages(of: job, after: last))
    }

    /// A picture of a job, as it is.
    package func image(_ call: Call) async throws(APIError) -> Response {
        let view = try await view(call.name("id"), of: call.caller)
        guard let index = Int(call.name("index")), index >= 0,
            let file = try await queue.archive.file(index, of: view.id)
        else {
            throw APIError(
                .notFound, "The job has no picture '\(call.name("index").shortened)'; it is \(view.state.rawValue).")
        }
        return Response(status: 200, headers: [("Content-Type", file.type)], body: file.bytes)
    }

    /// Cancels a job that waits or runs, and erases one that has ended, with its prompt and pictures.
    package func delete(_ call: Call) async throws(APIError) -> Response {
        let view = try await view(call.name("id"), of: call.caller)
        if let job = queue.active(view.id), !job.phase.isFinal {
            _ = queue.cancel(job)
            return .json(.object(JobView(job, queue: queue).json), status: 202)
        }
        try await queue.archive.remove(view.id)
        return Response(status: 204)
    }

    /// A job of a caller's.
    func view(_ id: String, of caller: Caller) async throws(APIError) -> JobView {
        let unknown = APIError(.notFound, "There is no job '\(id.shortened)'.")
        guard let id = JobID(id) else { throw unknown }
        if let stored = try await queue.archive.job(id, of: caller.owner) {
            return JobView(stored: stored, queue: queue)
        }
        guard let job = queue.active(id), job.owner == caller.owner else { throw unknown }
        return JobView(job, queue: queue)
    }

    /// The kind and the request of a body.
    private static func wanted(_ body: JSONCursor) throws(APIError) -> (JobKind, JSONCursor) {
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(["kind", "request"])
            let name = try body.required("kind").choice(of: JobKind.allCases.map(\.rawValue))
            let request = try body.required("request")
            _ = try request.object()
            return (JobKind(rawValue: name) ?? .generation, request)
        } catch {
            throw APIError(error)
        }
    }

    private static func limit(_ request: Request) throws(APIError) -> Int {
        guard let text = request.query.first(where: { $0.name == "limit" })?.value else { return 20 }
        guard let limit = Int(text), pageCounts.contains(limit) else {
            throw APIError(.outOfRange, "must be in \(pageCounts), not '\(text.shortened)'", at: .parameter("limit"))
        }
        return limit
    }

    /// The events of a job that has not ended, with a comment where there is nothing to say for a while.
    private static func messages(of job: Job, after last: Int) -> AsyncStream<[UInt8]> {
        let follower = JobFollower(job.events, after: last)
        return AsyncStream { await follower.next(within: pingInterval) }
    }
}
