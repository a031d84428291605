package import Images
import JSON

/// What a job's work is given: turns of the engine, and somebody to report to.
package struct JobSession: Sendable {
    /// The job.
    package let job: Job
    /// Classifiers whose styles are embedded already.
    package let classifiers: ClassifierCache
    let queue: JobQueue

    /// What is counted and timed.
    package var metrics: Metrics { queue.metrics }

    /// Waits for a turn, and computes: on the engine's thread, unless the job is brief; throws if the job is to stop.
    package func turn<Output: Sendable>(
        _ compute: @Sendable () throws(APIError) -> Output
    ) async throws(APIError) -> Output {
        switch await queue.turns.take(job) {
        case .granted: break
        case .withdrawn: try job.checkStop()
        case .closed:
            _ = job.stop(.suspended)
            try job.checkStop()
        }
        try job.checkStop()
        await queue.noteBegin(of: job)
        // Whose turn it is computes alone, on whichever thread.
        if job.isBrief { return try timed(compute) }
        return try await queue.engine.run { () throws(APIError) in try timed(compute) }
    }

    private func timed<Output>(_ compute: () throws(APIError) -> Output) throws(APIError) -> Output {
        let start = ContinuousClock.now
        defer { job.addComputed(seconds: (ContinuousClock.now - start) / .seconds(1)) }
        return try compute()
    }

    /// Tells whoever follows the job of something else than a step.
    func add(_ event: String, _ data: JSONObject) { job.events.add(event, data) }

    /// Reports a step of all there are, within a turn; throws if the job is to stop.
    package func note(_ done: Int, of total: Int, preview: () -> Image? = { nil }) throws(APIError) {
        queue.engine.admission.advance(by: job.advance(to: done, of: total))
        try job.note(done, of: total, preview: preview)
    }
}
