extension SQLiteConnection {
    /// Opens the file of a job store, locks it and brings it to this version.
    convenience init(jobsAt path: String) throws(JobStoreError) {
        try self.init(path: path)
        // auto_vacuum needs a file without pages, so it comes before the log. A lock that is held for good keeps a second
        // server out, lets nobody hold up the emptying of the log, and needs no shared memory. FULL syncs the log at each
        // commit. What is erased leaves nothing in free pages, and nothing private goes to /tmp.
        try run(
            script: """
                PRAGMA busy_timeout = 1000;
                PRAGMA auto_vacuum = INCREMENTAL;
                PRAGMA locking_mode = EXCLUSIVE;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA secure_delete = ON;
                PRAGMA foreign_keys = ON;
                PRAGMA temp_store = MEMORY;
                """)
        try SQLiteSchema.prepare(self)
    }

    /// Keeps a new job, within a transaction.
    func insert(_ job: StoredJob) throws(JobStoreError) {
        let (summary, idempotency) = (job.summary, job.idempotency)
        precondition(summary.state == .queued, "a new job that is \(summary.state)")
        if let key = idempotency?.key, let twin = try id(owner: summary.owner, key: key) {
            throw .duplicateKey(of: twin)
        }
        let number = try rows(
            """
            INSERT INTO job (id, kind, owner, state, created, attempt, picture_count, idempotency_key, fingerprint)
            VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING number
            """,
            [
                SQLiteValue(summary.id), .text(summary.kind), .text(summary.owner), SQLiteValue(summary.state),
                .integer(summary.created), SQLiteValue(idempotency?.key), SQLiteValue(idempotency?.fingerprint),
            ]
        ) { row in row.integer(0) }.first
        guard let number = number ?? nil else { throw .duplicateID(summary.id) }
        try run("INSERT INTO request (job, body) VALUES (?, ?)", [.integer(number), .blob(job.request)])
    }

    /// Ends a job that has not ended; its number, or nil if there is no such job.
    func end(
        _ id: JobID, as state: JobState, at time: Int64, pictureCount: Int
    ) throws(JobStoreError) -> Int64? {
        try rows(
            """
            UPDATE job SET state = ?, finished = ?, picture_count = ? WHERE id = ? AND finished IS NULL
            RETURNING number
            """,
            [SQLiteValue(state), .integer(time), SQLiteValue(pictureCount), SQLiteValue(id)]
        ) { row in row.integer(0) }.first ?? nil
    }

    /// Keeps what came out of a job.
    func insert(
        result: [UInt8]?, error: [UInt8]?, pictures: [StoredPicture], of number: Int64
    ) throws(JobStoreError) {
        try run(
            "INSERT INTO outcome (job, result, error) VALUES (?, ?, ?)",
            [.integer(number), SQLiteValue(result), SQLiteValue(error)])
        for (place, picture) in pictures.enumerated() {
            try run(
                "INSERT INTO picture (job, place, type, bytes) VALUES (?, ?, ?, ?)",
                [.integer(number), SQLiteValue(place), .text(picture.type), .blob(picture.bytes)])
        }
    }

    /// The jobs that a clause picks, with their bodies.
    func jobs(_ clause: String, _ values: [SQLiteValue]) throws(JobStoreError) -> [StoredJob] {
        try rows(
            """
            SELECT \(Self.summaryColumns), idempotency_key, fingerprint, body, result, error
            FROM job JOIN request ON request.job = number LEFT JOIN outcome ON outcome.job = number \(clause)
            """, values
        ) { row throws(JobStoreError) in
            guard let request = row.bytes(11) else { throw .damaged(path: path) }
            let idempotency = row.text(9).map { Idempotency(key: $0, fingerprint: row.bytes(10) ?? []) }
            return StoredJob(
                summary: try summary(row), idempotency: idempotency, request: request, result: row.bytes(12),
                error: row.bytes(13))
        }
    }

    /// One page of a list, which reads no bodies.
    func summaries(owner: String?, after cursor: JobCursor?, limit: Int) throws(JobStoreError) -> [JobSummary] {
        // One statement for each use, or SQLite could not go by the index.
        let filter = owner == nil ? "?1 IS NULL" : "owner = ?1"
        let (created, id) = (cursor?.created ?? Int64.max, cursor?.id.description ?? "g")  // after every digit
        return try rows(
            """
            SELECT \(Self.summaryColumns) FROM job WHERE \(filter) AND (created, id) < (?2, ?3)
            ORDER BY created DESC, id DESC LIMIT ?4
            """, [SQLiteValue(owner), .integer(created), .text(id), SQLiteValue(limit)], read: summary)
    }

    /// One of a job's pictures.
    func picture(_ index: Int, of id: JobID) throws(JobStoreError) -> StoredPicture? {
        try rows(
            "SELECT type, bytes FROM picture JOIN job ON job = number WHERE id = ? AND place = ?",
            [SQLiteValue(id), SQLiteValue(index)]
        ) { row throws(JobStoreError) in
            guard let type = row.text(0), let bytes = row.bytes(1) else { throw .damaged(path: path) }
            return StoredPicture(type: type, bytes: bytes)
        }.first
    }

    private func id(owner: String, key: String) throws(JobStoreError) -> JobID? {
        try rows(
            "SELECT id FROM job WHERE owner = ? AND idempotency_key = ?", [.text(owner), .text(key)], read: id
        ).first
    }

    private func id(_ row: SQLiteStatement) throws(JobStoreError) -> JobID {
        guard let id = row.text(0).flatMap(JobID.init) else { throw .damaged(path: path) }
        return id
    }

    private static let summaryColumns = "id, kind, owner, state, created, started, finished, attempt, picture_count"

    private func summary(_ row: SQLiteStatement) throws(JobStoreError) -> JobSummary {
        guard let kind = row.text(1), let owner = row.text(2), let state = row.text(3).flatMap(JobState.init),
            let created = row.integer(4), let attempt = row.integer(7), let pictureCount = row.integer(8)
        else { throw .damaged(path: path) }
        return JobSummary(
            id: try id(row), kind: kind, owner: owner, state: state, created: created, started: row.integer(5),
            finished: row.integer(6), attempt: Int(attempt), pictureCount: Int(pictureCount))
    }
}
