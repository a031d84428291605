import Synchronization

/// Keeps jobs in one file, through a crash or a loss of power.
///
/// The file and its folder are the user's alone: prompts are private. A folder serves one store at a time.
package final class SQLiteJobStore: JobStore {
    private let connection: Mutex<SQLiteConnection>
    private let file: DatabaseFile

    /// Opens `jobs.sqlite3` in the folder; makes either if it is missing.
    package init(folder: String) throws(JobStoreError) {
        file = try DatabaseFile(folder: folder)
        connection = Mutex(try SQLiteConnection(jobsAt: file.path))
    }

    package func add(_ job: StoredJob) throws(JobStoreError) {
        try connection.withLock { connection throws(JobStoreError) in
            try connection.transaction { () throws(JobStoreError) in try connection.insert(job) }
        }
    }

    package func begin(_ id: JobID, at time: Int64) throws(JobStoreError) -> Bool {
        try connection.withLock { connection throws(JobStoreError) in
            try connection.run(
                "UPDATE job SET state = 'running', started = ?, attempt = attempt + 1 WHERE id = ? AND state = 'queued'",
                [.integer(time), SQLiteValue(id)]) == 1
        }
    }

    package func requeue(_ id: JobID) throws(JobStoreError) -> Bool {
        try connection.withLock { connection throws(JobStoreError) in
            try connection.run(
                "UPDATE job SET state = 'queued', started = NULL WHERE id = ? AND state = 'running'",
                [SQLiteValue(id)]) == 1
        }
    }

    package func finish(
        _ id: JobID, as state: JobState, at time: Int64, result: [UInt8]?, error: [UInt8]?, pictures: [StoredPicture]
    ) throws(JobStoreError) -> Bool {
        precondition(state.isFinal, "a job cannot end as \(state)")
        return try connection.withLock { connection throws(JobStoreError) in
            try connection.transaction { () throws(JobStoreError) in
                guard let number = try connection.end(id, as: state, at: time, pictureCount: pictures.count) else {
                    return false
                }
                try connection.insert(result: result, error: error, pictures: pictures, of: number)
                return true
            }
        }
    }

    package func job(_ id: JobID) throws(JobStoreError) -> StoredJob? {
        try connection.withLock { connection throws(JobStoreError) in
            try connection.jobs("WHERE id = ?", [SQLiteValue(id)]).first
        }
    }

    package func job(owner: String, idempotencyKey key: String) throws(JobStoreError) -> StoredJob? {
        try connection.withLock { connection throws(JobStoreError) in
            try connection.jobs("WHERE owner = ? AND idempotency_key = ?", [.text(owner), .text(key)]).first
        }
    }

    package func unfinished() throws(JobStoreError) -> [StoredJob] {
        try connection.withLock { connection throws(JobStoreError) in
            try connection.jobs("WHERE finished IS NULL ORDER BY number", [])
        }
    }

    package func list(owner: String?, after cursor: JobCursor?, limit: Int) throws(JobStoreError) -> [JobSummary] {
        precondition(limit > 0, "a page of \(limit) jobs")
        return try connection.withLock { connection throws(JobStoreError) in
            try connection.summaries(owner: owner, after: cursor, limit: limit)
        }
    }

    package func picture(_ index: Int, of id: JobID) throws(JobStoreError) -> StoredPicture? {
        try connection.withLock { connection throws(JobStoreError) in try connection.picture(index, of: id) }
    }

    package func remove(_ id: JobID) throws(JobStoreError) -> Bool {
        try connection.withLock { connection throws(JobStoreError) in
            let isRemoved = try connection.run("DELETE FROM job WHERE id = ?", [SQLiteValue(id)]) == 1
            if isRemoved { try connection.eraseWhatWasRemoved() }
            return isRemoved
        }
    }

    /// Erases in batches, so that others are served in between and the write-ahead log stays small.
    package func expire(_ retention: Retention, at now: Int64) throws(JobStoreError) -> [JobID] {
        var removed: [JobID] = []
        var batch: [JobID]
        repeat {
            batch = try connection.withLock { connection throws(JobStoreError) in
                let batch = try connection.expire(retention, at: now, limit: 64)
                try connection.eraseWhatWasRemoved()
                return batch
            }
            removed += batch
        } while !batch.isEmpty
        return removed
    }

    /// The size of the database and of its write-ahead log.
    package var byteCount: Int { get throws(JobStoreError) { try file.byteCount } }
}
