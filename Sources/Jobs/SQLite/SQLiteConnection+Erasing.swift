extension SQLiteConnection {
    /// Removes the ended jobs that must go, oldest first and at most `limit` of them; names them.
    func expire(_ retention: Retention, at now: Int64, limit: Int) throws(JobStoreError) -> [JobID] {
        try transaction { () throws(JobStoreError) in
            try run(
                """
                UPDATE job SET idempotency_key = NULL, fingerprint = NULL
                WHERE idempotency_key IS NOT NULL AND created < ?
                """, [.integer(now - Retention.keyMilliseconds)])
            var endedCount = try number("SELECT count(*) FROM job WHERE finished IS NOT NULL")
            var removed: [JobID] = []
            for (id, finished) in try oldestEnded(limit: limit) {
                let byteCount = try usedByteCount
                guard retention.expels(finished: finished, at: now, endedCount: endedCount, byteCount: byteCount) else {
                    break
                }
                try run("DELETE FROM job WHERE id = ?", [SQLiteValue(id)])
                endedCount -= 1
                removed.append(id)
            }
            return removed
        }
    }

    /// Gives free pages back to the disk and empties the log, where removed jobs can still be read.
    func eraseWhatWasRemoved() throws(JobStoreError) {
        try run("PRAGMA incremental_vacuum")
        try emptyLog()
    }

    private func oldestEnded(limit: Int) throws(JobStoreError) -> [(id: JobID, finished: Int64)] {
        try rows(
            "SELECT id, finished FROM job WHERE finished IS NOT NULL ORDER BY finished, number LIMIT ?",
            [SQLiteValue(limit)]
        ) { row throws(JobStoreError) in
            guard let id = row.text(0).flatMap(JobID.init), let finished = row.integer(1) else {
                throw .damaged(path: path)
            }
            return (id, finished)
        }
    }

    /// The size of the file without its free pages, that is after the next vacuum.
    private var usedByteCount: Int {
        get throws(JobStoreError) {
            let pageCount = try number("PRAGMA page_count") - number("PRAGMA freelist_count")
            return try pageCount * number("PRAGMA page_size")
        }
    }
}
