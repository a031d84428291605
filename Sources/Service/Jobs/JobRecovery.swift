import Jobs
import Logging

/// Takes up what an earlier server accepted and did not finish, or says why not.
struct JobRecovery {
    let queue: JobQueue
    let factory: JobFactory
    let logger: Logger

    /// A job that was begun this often, the last time by a server that crashed, is not begun again.
    private static let maximumAttemptCount = 3

    /// Queues every unfinished job again, in the order in which they came.
    func run() async {
        do throws(APIError) {
            for stored in try await queue.archive.unfinished() {
                do throws(APIError) { try await resume(stored) } catch { try await queue.archive.fail(stored, error) }
            }
        } catch {
            logger.error("jobs of an earlier server are left alone: \(error.message)")
        }
    }

    private func resume(_ stored: StoredJob) async throws(APIError) {
        let summary = stored.summary
        guard summary.state != .running || summary.attempt < Self.maximumAttemptCount else {
            throw APIError(.interrupted, "The server ended \(summary.attempt) times while it ran this job.")
        }
        guard let kind = JobKind(rawValue: summary.kind), let origin = JobOrigin(encoded: stored.request) else {
            throw APIError(.interrupted, "The server ended before the job did, and this one can't read what it was.")
        }
        let work = try await factory.work(kind, origin.request(to: kind))
        if summary.state == .running { try await queue.archive.requeue(stored) }
        try queue.resume(work, as: stored)
        logger.info("job \(summary.id) is taken up again")
    }
}
