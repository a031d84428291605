/// How much a store keeps of jobs that have ended; those that have not are never removed by it.
package struct Retention: Sendable, Equatable {
    /// How long a job is kept after its end.
    package let milliseconds: Int64
    /// How many ended jobs are kept.
    package let jobCount: Int
    /// How many bytes all jobs together may take.
    package let byteCount: Int

    package init(milliseconds: Int64, jobCount: Int, byteCount: Int) {
        self.milliseconds = milliseconds
        self.jobCount = jobCount
        self.byteCount = byteCount
    }

    /// How long an idempotency key is remembered after its job's creation: 24 hours.
    ///
    /// draft-ietf-httpapi-idempotency-key-header-07, section 2.3, leaves the time to the server. A key goes with its job.
    package static let keyMilliseconds: Int64 = 24 * 60 * 60 * 1000

    /// Whether an ended job must go, given what is kept with it: the oldest ended one is asked about first.
    func expels(finished: Int64, at now: Int64, endedCount: Int, byteCount: Int) -> Bool {
        finished < now - milliseconds || endedCount > jobCount || byteCount > self.byteCount
    }
}
