/// The tables, and how a file of an earlier version becomes one of this.
enum SQLiteSchema {
    /// The script at index n leads from version n to n + 1.
    ///
    /// What has been released is never changed, only followed.
    private static let migrations = [version1]

    /// Brings the file to this version; the transaction also takes the file's lock.
    static func prepare(_ connection: SQLiteConnection) throws(JobStoreError) {
        try connection.transaction { () throws(JobStoreError) in
            let version = try connection.number("PRAGMA user_version")
            guard (0...migrations.count).contains(version) else {
                throw .newerSchema(found: version, supported: migrations.count)
            }
            for migration in migrations[version...] { try connection.run(script: migration) }
            try connection.run(script: "PRAGMA user_version = \(migrations.count)")
        }
    }

    /// A job's row is narrow, for its state is written three times; bodies and pictures are written once, beside it.
    private static let version1 = """
        CREATE TABLE job (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            owner TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
            created INTEGER NOT NULL,
            started INTEGER,
            finished INTEGER CHECK ((finished IS NULL) = (state IN ('queued', 'running'))),
            attempt INTEGER NOT NULL,
            picture_count INTEGER NOT NULL,
            idempotency_key TEXT,
            fingerprint BLOB CHECK ((fingerprint IS NULL) = (idempotency_key IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX job_by_key ON job (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE INDEX job_by_creation ON job (created, id);
        CREATE INDEX job_by_owner ON job (owner, created, id);
        CREATE INDEX job_unfinished ON job (number) WHERE finished IS NULL;
        CREATE INDEX job_by_end ON job (finished) WHERE finished IS NOT NULL;
        CREATE TABLE request (
            job INTEGER PRIMARY KEY REFERENCES job ON DELETE CASCADE,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE outcome (
            job INTEGER PRIMARY KEY REFERENCES job ON DELETE CASCADE,
            result BLOB,
            error BLOB
        ) STRICT;
        CREATE TABLE picture (
            job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
            place INTEGER NOT NULL,
            type TEXT NOT NULL,
            bytes BLOB NOT NULL,
            UNIQUE (job, place)
        ) STRICT;
        """
}
