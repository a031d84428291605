package import JSON
package import Jobs

/// A job as the API shows it, whether it is in the queue or in the archive alone.
package struct JobView: Sendable {
    /// Its id.
    package let id: JobID
    /// What it does.
    package let kind: JobKind
    /// Where it is in its life.
    package let state: JobState
    /// How it failed, as far as is known.
    package let failure: APIError?
    private let created: Int64
    private let started, finished: Int64?
    private let progress: JSONObject?
    private let position: Int?
    private let attempt: Int?
    private let request: JSONValue?
    private let answer: JSONObject?
    private let fileCount: Int
    private let isKept: Bool

    /// A job of the queue.
    package init(_ job: Job, queue: JobQueue) {
        (id, kind, state, created) = (job.id, job.kind, job.phase, job.created)
        (started, finished, attempt, request) = (job.startTime, nil, nil, nil)
        progress = Job.json(job.progress)
        position = state == .queued ? queue.position(of: job) : nil
        failure = job.failure
        (answer, fileCount) = (job.result?.answer, job.result?.files.count ?? 0)
        isKept = job.isKept
    }

    /// A job of the archive, with what the queue knows better while it runs.
    package init(stored: StoredJob, queue: JobQueue) {
        self.init(
            stored.summary, queue: queue, request: JobOrigin(encoded: stored.request)?.json,
            answer: stored.result.flatMap { Self.parsed($0)?.object },
            failure: stored.error.flatMap(Self.parsed).flatMap(APIError.init(summary:)))
    }

    /// A job of the archive's list.
    package init(_ stored: JobSummary, queue: JobQueue) {
        self.init(stored, queue: queue, request: nil, answer: nil, failure: nil)
    }

    private init(
        _ stored: JobSummary, queue: JobQueue, request: JSONValue?, answer: JSONObject?, failure: APIError?
    ) {
        // One that has ended since it was read is shown as it was then: what came of it has not been read.
        let job = stored.state.isFinal ? nil : queue.active(stored.id).flatMap { $0.phase.isFinal ? nil : $0 }
        (id, kind) = (stored.id, JobKind(rawValue: stored.kind) ?? .generation)
        (created, finished, attempt) = (stored.created, stored.finished, stored.attempt)
        started = job?.startTime ?? stored.started
        state = job?.phase ?? stored.state
        progress = job.map { Job.json($0.progress) }
        position = job.flatMap { $0.phase == .queued ? queue.position(of: $0) : nil }
        (self.request, self.answer, self.failure) = (request, answer, failure)
        fileCount = stored.pictureCount
        isKept = true
    }

    /// Where the job is to be had.
    package var path: String { "/v1/jobs/\(id)" }

    /// What came of it, with its files.
    func result(in archive: JobArchive) async throws(APIError) -> JobResult {
        var files: [JobResult.File] = []
        for index in 0..<fileCount {
            guard let file = try await archive.file(index, of: id) else { break }
            files.append(JobResult.File(type: file.type, bytes: file.bytes))
        }
        return JobResult(answer: answer ?? [:], files: files)
    }

    /// The job of the API; what was asked and what came of it only where that is wanted.
    package var json: JSONObject { common }

    /// The job with its request and its result.
    package var detailedJSON: JSONObject {
        var json = common
        if let request { json["request"] = request }
        guard state == .succeeded, let answer else { return json }
        let images = kind == .evaluation ? 0 : fileCount
        let linked = JobResult.filling(answer, fileCount: images, with: "url") { .string("\(path)/images/\($0)") }
        json["result"] = .object(linked)
        return json
    }

    private var common: JSONObject {
        var json: JSONObject = [
            "id": .string(id.description), "object": "job", "kind": .string(kind.rawValue),
            "state": .string(state.rawValue),
            "kept": .bool(isKept),
            "created_at": Self.time(created), "started_at": Self.time(started), "finished_at": Self.time(finished),
            "position": position.map { .integer(Int64($0)) } ?? .null,
            "progress": progress.map(JSONValue.object) ?? .null,
            "images": .integer(Int64(kind == .evaluation ? 0 : fileCount)),
            "warnings": answer?["warnings"] ?? [],
        ]
        if let attempt { json["attempt"] = .integer(Int64(attempt)) }
        if let failure { json["error"] = .object(failure.summary) }
        return json
    }

    private static func time(_ milliseconds: Int64?) -> JSONValue {
        milliseconds.map { .real(Double($0) / 1000) } ?? .null
    }

    private static func parsed(_ bytes: [UInt8]) -> JSONValue? {
        do throws(JSONError) { return try JSONValue(parsing: bytes) } catch { return nil }
    }
}
