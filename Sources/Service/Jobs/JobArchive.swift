import JSON
package import Jobs
package import Logging

/// The jobs that outlive their connections: what was asked, what came of it, and for how long that is kept.
///
/// A store blocks until its disk has written, so it has a thread of its own.
package actor JobArchive {
    private let executor = QueueExecutor(label: "liminal.archive")
    /// The archive's own thread.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private let store: any JobStore
    private let retention: Retention
    private let logger: Logger
    private var lastExpiry: ContinuousClock.Instant?

    /// How often what is too old or too much is looked for, at most.
    private static let expiryInterval = Duration.seconds(1)

    /// An archive over a store.
    package init(_ store: any JobStore, retention: Retention, logger: Logger) {
        (self.store, self.retention, self.logger) = (store, retention, logger)
    }

    /// Writes an accepted job down; it is lost by nothing but its end from here on.
    func add(_ job: Job, _ origin: JobOrigin) throws(APIError) {
        let request = origin.encoded
        try makeRoom(for: request.count)
        let stored = StoredJob(
            id: job.id, kind: job.kind.rawValue, owner: job.owner, created: job.created, request: request,
            idempotency: origin.key.map { Idempotency(key: $0, fingerprint: origin.fingerprint(job.kind)) })
        try trying { () throws(JobStoreError) in try store.add(stored) }
    }

    /// Writes down that a job runs.
    func begin(_ job: Job) {
        logging("begin", job) { () throws(JobStoreError) in _ = try store.begin(job.id, at: Clock.milliseconds) }
    }

    /// Writes down what a job came to.
    func finish(_ job: Job, _ result: JobResult) throws(APIError) {
        let pictures = result.files.map { StoredPicture(type: $0.type, bytes: $0.bytes) }
        try makeRoom(for: pictures.reduce(0) { $0 + $1.bytes.count })
        try trying { () throws(JobStoreError) in
            _ = try store.finish(
                job.id, as: .succeeded, at: Clock.milliseconds, result: JSONValue.object(result.answer).encoded(),
                error: nil, pictures: pictures)
        }
        expireNowAndThen()
    }

    /// Writes down that a job failed, or was cancelled.
    func fail(_ job: Job, _ state: JobState, _ error: APIError) {
        logging("end", job) { () throws(JobStoreError) in
            _ = try store.finish(
                job.id, as: state, at: Clock.milliseconds, result: nil,
                error: JSONValue.object(error.summary).encoded(), pictures: [])
        }
    }

    /// Leaves a job to the next server.
    func suspend(_ job: Job) {
        logging("suspend", job) { () throws(JobStoreError) in _ = try store.requeue(job.id) }
    }

    /// A job of an owner.
    package func job(_ id: JobID, of owner: String) throws(APIError) -> StoredJob? {
        let job = try trying { () throws(JobStoreError) in try store.job(id) }
        return job?.summary.owner == owner ? job : nil
    }

    /// An owner's jobs, the last one first, from the one after `cursor`.
    package func jobs(
        of owner: String, after cursor: JobCursor?, limit: Int
    ) throws(APIError) -> [JobSummary] {
        try trying { () throws(JobStoreError) in try store.list(owner: owner, after: cursor, limit: limit) }
    }

    /// The job that an owner asked for under a key.
    func job(under key: String, of owner: String) throws(APIError) -> StoredJob? {
        expireNowAndThen()  // keys too are forgotten
        return try trying { () throws(JobStoreError) in try store.job(owner: owner, idempotencyKey: key) }
    }

    /// A file of a job.
    package func file(_ index: Int, of id: JobID) throws(APIError) -> StoredPicture? {
        try trying { () throws(JobStoreError) in try store.picture(index, of: id) }
    }

    /// Erases a job that has ended, with its prompt and pictures.
    func remove(_ id: JobID) throws(APIError) {
        _ = try trying { () throws(JobStoreError) in try store.remove(id) }
    }

    /// The jobs that an earlier server left, oldest first.
    func unfinished() throws(APIError) -> [StoredJob] {
        expireNowAndThen()
        return try trying { () throws(JobStoreError) in try store.unfinished() }
    }

    /// Takes a job back to those that wait, as one that is begun anew.
    func requeue(_ stored: StoredJob) throws(APIError) {
        _ = try trying { () throws(JobStoreError) in try store.requeue(stored.summary.id) }
    }

    /// Ends a job that can't be taken up again.
    func fail(_ stored: StoredJob, _ error: APIError) throws(APIError) {
        try trying { () throws(JobStoreError) in
            _ = try store.finish(
                stored.summary.id, as: .failed, at: Clock.milliseconds, result: nil,
                error: JSONValue.object(error.summary).encoded(), pictures: [])
        }
    }

    /// Forgets what is too old or too much.
    private func expireNowAndThen() {
        let now = ContinuousClock.now
        if let lastExpiry, now - lastExpiry < Self.expiryInterval { return }
        lastExpiry = now
        do throws(JobStoreError) {
            _ = try store.expire(retention, at: Clock.milliseconds)
        } catch {
            logger.error("the job store: \(error)")
        }
    }

    /// Makes room on the disk, at the cost of the oldest jobs that have ended.
    private func makeRoom(for byteCount: Int) throws(APIError) {
        let used = try trying { () throws(JobStoreError) -> Int in
            let used = try store.byteCount
            if used + byteCount <= retention.byteCount { return used }
            let reduced = Retention(
                milliseconds: retention.milliseconds, jobCount: retention.jobCount,
                byteCount: max(0, retention.byteCount - byteCount))
            _ = try store.expire(reduced, at: Clock.milliseconds)
            return try store.byteCount
        }
        guard used + byteCount <= retention.byteCount else {
            throw APIError(
                .insufficientStorage,
                "The jobs that are kept take \(used) bytes of the \(retention.byteCount) they may; delete some.")
        }
    }

    private func trying<Value>(_ body: () throws(JobStoreError) -> Value) throws(APIError) -> Value {
        do throws(JobStoreError) {
            return try body()
        } catch {
            logger.error("the job store: \(error)")
            switch error {
            case .full: throw APIError(.insufficientStorage, "The disk of the jobs is full.")
            case .duplicateKey: throw APIError(.conflict, "A job under this Idempotency-Key has just been accepted.")
            default: throw APIError(.internalError, "The jobs can't be read or written: \(error).")
            }
        }
    }

    private func logging(_ what: String, _ job: Job, _ body: () throws(JobStoreError) -> Void) {
        do throws(JobStoreError) { try body() } catch { logger.error("job \(job.id), \(what): \(error)") }
    }
}
