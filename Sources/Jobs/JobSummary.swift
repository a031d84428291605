/// What a list says of a job: everything but the request, the outcome and the pictures.
package struct JobSummary: Sendable, Equatable {
    /// Its name.
    package let id: JobID
    /// What is to be computed, as "generation" or "scores".
    package let kind: String
    /// Who asked: a digest of the API key, or "" for nobody in particular.
    package let owner: String
    /// How far it has come.
    package internal(set) var state: JobState
    /// When it was accepted, in Unix milliseconds.
    package let created: Int64
    /// When it was begun, in Unix milliseconds; nil while it is queued.
    package internal(set) var started: Int64?
    /// When it ended, in Unix milliseconds.
    package internal(set) var finished: Int64?
    /// How often it was begun: more than once if a server ended under it.
    package internal(set) var attempt: Int
    /// How many pictures it made.
    package internal(set) var pictureCount: Int

    /// The place in the list right after this job.
    package var cursor: JobCursor { JobCursor(created: created, id: id) }
}

/// A place in the list of jobs, newest first: after the job created then under that name, which may be gone by now.
package struct JobCursor: Sendable, Equatable {
    /// The job's time of creation, in Unix milliseconds.
    package let created: Int64
    /// The job's name, which orders jobs of the same millisecond.
    package let id: JobID

    package init(created: Int64, id: JobID) {
        self.created = created
        self.id = id
    }

    /// Whether a job is listed after this place.
    func precedes(_ job: JobSummary) -> Bool {
        (job.created, job.id.description) < (created, id.description)
    }
}
