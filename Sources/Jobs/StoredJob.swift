/// A job as the store keeps it; the bodies are JSON, which only its writer reads.
package struct StoredJob: Sendable, Equatable {
    /// What a list says of it.
    package internal(set) var summary: JobSummary
    /// The client's key against doing the same work twice, until it is forgotten.
    package internal(set) var idempotency: Idempotency?
    /// What was asked for.
    package let request: [UInt8]
    /// What came out.
    package internal(set) var result: [UInt8]?
    /// Why nothing came out.
    package internal(set) var error: [UInt8]?

    init(
        summary: JobSummary, idempotency: Idempotency?, request: [UInt8], result: [UInt8]? = nil,
        error: [UInt8]? = nil
    ) {
        self.summary = summary
        self.idempotency = idempotency
        self.request = request
        self.result = result
        self.error = error
    }

    /// A new job, to be queued; `created` is in Unix milliseconds.
    package init(
        id: JobID = .random(), kind: String, owner: String, created: Int64, request: [UInt8],
        idempotency: Idempotency? = nil
    ) {
        let summary = JobSummary(
            id: id, kind: kind, owner: owner, state: .queued, created: created, attempt: 0, pictureCount: 0)
        self.init(summary: summary, idempotency: idempotency, request: request)
    }
}

/// A client's `Idempotency-Key`, one job an owner, and what tells a repeated request from another under the same key.
package struct Idempotency: Sendable, Equatable {
    /// The header's value.
    package let key: String
    /// A digest of the request's body.
    package let fingerprint: [UInt8]

    package init(key: String, fingerprint: [UInt8]) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// A picture that a job made.
package struct StoredPicture: Sendable, Equatable {
    /// Its media type, as "image/png".
    package let type: String
    /// The whole file.
    package let bytes: [UInt8]

    package init(type: String, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }
}
