package import Diffusion
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
        case .granted, .joined, .drawn: break
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

    /// Has as many pictures of one plan drawn, a turn for each, which pictures of one `shape` may share.
    ///
    /// `prepare` makes them in their first turn, and `note` is told of each step; both may end the job.
    package func draw(
        _ count: Int, of size: ImageSize, like shape: StepShape?,
        prepare: @escaping @Sendable () throws(APIError) -> [Generation],
        note: @escaping @Sendable (Sitting.Progress) throws(APIError) -> Void
    ) async throws(APIError) -> [Image] {
        let sitting = Sitting(count, of: size, like: shape, for: job, metrics, prepare: prepare, note: note)
        while !sitting.isOver {
            switch await queue.turns.take(sitting) {
            case .granted:
                await queue.noteBegin(of: job)
                await lead()
            case .joined: await queue.noteSharedBegin(of: job)
            case .drawn: break
            case .withdrawn: try job.checkStop()
            case .closed:
                _ = job.stop(.suspended)
                try job.checkStop()
            }
        }
        return try sitting.images()
    }

    /// Computes what is left to do when pictures are drawn; they may be wanted even if the job is to stop.
    ///
    /// With the last picture's turn if it is the job's still, or between two steps of those who shared it and go on; else
    /// in a turn of its own.
    func finish<Output: Sendable>(
        evenIfStopped isWanted: Bool = false, _ compute: @Sendable () throws(APIError) -> Output
    ) async throws(APIError) -> Output {
        if !isWanted { try job.checkStop() }
        let isBetweenSteps = queue.turns.beginFinish(job.number)
        guard isBetweenSteps || isWanted else { return try await turn(compute) }
        defer { if isBetweenSteps { queue.turns.endFinish() } }
        return try await queue.engine.run { () throws(APIError) in try timed(compute) }
    }

    /// Has step after step computed while the job leads; one that draws alone stays on the engine's thread.
    private func lead() async {
        let (turns, leader) = (queue.turns, job.number)
        var leads = true
        while leads {
            leads = await queue.engine.run {
                while true {
                    let (pictures, isShared) = turns.gather()
                    Sitting.step(pictures)
                    let leads = turns.settle(after: leader)
                    if isShared || !leads { return leads }
                }
            }
        }
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
