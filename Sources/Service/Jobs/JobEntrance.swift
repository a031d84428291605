package import HTTP
import JSON
import Jobs

/// How routes have their work done: awaited, or as a job to come back for.
package struct JobEntrance: Sendable {
    /// The queue that every job passes.
    package let queue: JobQueue

    private static let keyLengths = 1...255

    /// An entrance to a queue.
    package init(_ queue: JobQueue) { self.queue = queue }

    /// The answer of a call that waits, unless it prefers a job (RFC 7240) or names itself by an `Idempotency-Key`.
    package func answer<W: Work>(
        _ work: W, to call: Call, pictures: PictureField = .base64
    ) async throws(APIError) -> Response {
        let preference = Preference(call.request)
        let key = try Self.key(call.request)
        if preference == .untilTheEnd, key == nil {
            let output = try await queue.perform(work, for: call.caller)
            return work.result(of: output).response(of: W.kind, pictures)
        }
        let origin = JobOrigin(call.request, key: key)
        if let earlier = try await earlier(origin, W.kind, call.caller) {
            return try await repeated(earlier, pictures)
        }
        let job = try await queue.submit(work, for: call.caller, origin: origin)
        var response = try await response(of: job, preference, pictures)
        if case .seconds(let seconds) = preference {
            let applied = seconds == 0 ? "respond-async" : "wait=\(seconds)"
            response.headers.append(("Preference-Applied", applied))
        }
        return response
    }

    /// Accepts work as a job, whatever the client prefers; `origin` is asked for again after a restart.
    package func accept<W: Work>(_ work: W, _ origin: JobOrigin, for caller: Caller) async throws(APIError) -> Response
    {
        if let earlier = try await earlier(origin, W.kind, caller) {
            return accepted(JobView(stored: earlier, queue: queue))
        }
        return accepted(JobView(try await queue.submit(work, for: caller, origin: origin), queue: queue))
    }

    /// The `Idempotency-Key` of a request.
    package static func key(_ request: Request) throws(APIError) -> String? {
        guard let key = request.header("idempotency-key") else { return nil }
        guard keyLengths.contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw APIError(.outOfRange, "must be 1 to 255 printable characters", at: .parameter("Idempotency-Key"))
        }
        return key
    }

    /// The job that was asked for under the same key; what is asked for must be the same, too.
    private func earlier(_ origin: JobOrigin, _ kind: JobKind, _ caller: Caller) async throws(APIError) -> StoredJob? {
        guard let key = origin.key, let stored = try await queue.archive.job(under: key, of: caller.owner) else {
            return nil
        }
        guard stored.idempotency?.fingerprint == origin.fingerprint(kind) else {
            throw APIError(.idempotencyMismatch, "was used for another request", at: .parameter("Idempotency-Key"))
        }
        return stored
    }

    /// What a request that is repeated gets: the same answer, once there is one.
    private func repeated(_ stored: StoredJob, _ pictures: PictureField) async throws(APIError) -> Response {
        let view = JobView(stored: stored, queue: queue)
        switch view.state {
        case .succeeded: return try await answered(view.result(in: queue.archive), view, pictures)
        case .failed, .cancelled:
            throw view.failure ?? APIError(.internalError, "The job ended without saying why.")
        case .queued, .running:
            throw APIError(.conflict, "The request under this Idempotency-Key is still being served, as \(view.path).")
        }
    }

    private func response(
        of job: Job, _ preference: Preference, _ pictures: PictureField
    ) async throws(APIError) -> Response {
        switch preference {
        case .untilTheEnd: await job.events.ended()
        case .seconds(let seconds): await job.events.ended(within: .seconds(seconds))
        }
        let view = JobView(job, queue: queue)
        switch job.phase {
        case .queued, .running: return accepted(view)
        case .succeeded: return answered(job.result ?? JobResult(answer: [:]), view, pictures)
        case .failed, .cancelled: throw job.failure ?? APIError(.cancelled, "The job was cancelled.")
        }
    }

    private func answered(_ result: JobResult, _ view: JobView, _ pictures: PictureField) -> Response {
        var response = result.response(of: view.kind, pictures)
        response.headers.append(("Content-Location", view.path))
        return response
    }

    private func accepted(_ view: JobView) -> Response {
        var response = Response.json(.object(view.json), status: 202)
        response.headers.append(("Location", view.path))
        return response
    }
}
