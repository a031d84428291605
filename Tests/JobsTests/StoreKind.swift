import Jobs
import TestSupport
import Testing

/// The stores that must agree on everything.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case memory
    case file

    var testDescription: String { rawValue }

    /// Runs the body with a new, empty store.
    func withStore(_ body: (any JobStore) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let store: any JobStore =
            switch self {
            case .memory: MemoryJobStore()
            case .file: try SQLiteJobStore(folder: folder.path)
            }
        try await body(store)
        withExtendedLifetime(folder) {}
    }
}

/// A job with a small request.
func makeJob(
    _ prompt: String = "a fox", owner: String = "", created: Int64 = 1, key: Idempotency? = nil
) -> StoredJob {
    StoredJob(kind: "generation", owner: owner, created: created, request: Array(prompt.utf8), idempotency: key)
}

extension JobStore {
    /// Adds a job and returns its name.
    func adding(_ job: StoredJob) throws(JobStoreError) -> JobID {
        try add(job)
        return job.summary.id
    }

    /// Adds a job that has ended, begun a millisecond after its creation.
    func addingEnded(
        _ job: StoredJob, at finished: Int64 = 3, result: String? = nil, pictures: [[UInt8]] = []
    ) throws(JobStoreError) -> JobID {
        let id = try adding(job)
        _ = try begin(id, at: job.summary.created + 1)
        _ = try finish(
            id, as: .succeeded, at: finished, result: result.map { Array($0.utf8) }, error: nil,
            pictures: pictures.map { StoredPicture(type: "image/png", bytes: $0) })
        return id
    }
}
