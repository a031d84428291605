/// Keeps jobs, their outcomes and their pictures; what returned without an error is kept.
///
/// Calls are short but block, on a disk's write at worst. Times are Unix milliseconds. A change of a job's state says
/// whether it was made: it is not, if the job is gone or is in another state by then.
package protocol JobStore: Sendable {
    /// Keeps a new job; refuses a second one of the same owner and idempotency key.
    func add(_ job: StoredJob) throws(JobStoreError)
    /// Marks a queued job as running, for one attempt more.
    func begin(_ id: JobID, at time: Int64) throws(JobStoreError) -> Bool
    /// Queues a running job again, after a restart.
    func requeue(_ id: JobID) throws(JobStoreError) -> Bool
    /// Ends a job that has not ended yet, once and for all, and keeps what came out with it.
    func finish(
        _ id: JobID, as state: JobState, at time: Int64, result: [UInt8]?, error: [UInt8]?, pictures: [StoredPicture]
    ) throws(JobStoreError) -> Bool

    /// The job of that name.
    func job(_ id: JobID) throws(JobStoreError) -> StoredJob?
    /// The owner's job under that idempotency key, as long as the key is remembered.
    func job(owner: String, idempotencyKey key: String) throws(JobStoreError) -> StoredJob?
    /// One page of the owner's jobs, or of everybody's, newest first.
    func list(owner: String?, after cursor: JobCursor?, limit: Int) throws(JobStoreError) -> [JobSummary]
    /// The jobs that have not ended, in the order they came.
    func unfinished() throws(JobStoreError) -> [StoredJob]
    /// One of a job's pictures, counted from 0.
    func picture(_ index: Int, of id: JobID) throws(JobStoreError) -> StoredPicture?

    /// Erases a job with all it holds; false if there was none.
    func remove(_ id: JobID) throws(JobStoreError) -> Bool
    /// Erases ended jobs, oldest first, until the rest may be kept, and forgets old idempotency keys; names the jobs.
    func expire(_ retention: Retention, at now: Int64) throws(JobStoreError) -> [JobID]
    /// What all of it takes, as a quota counts it.
    var byteCount: Int { get throws(JobStoreError) }
}
