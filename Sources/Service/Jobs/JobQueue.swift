import JSON
package import Jobs
import Synchronization

/// The one way to the engine: every job is admitted here, waits for its turn, and ends in exactly one state.
package final class JobQueue: Sendable {
    private struct State {
        var active: [JobID: Job] = [:]
        var nextNumber = 0
    }

    /// A job that was accepted for later, and what it does.
    private struct Accepted: Sendable {
        let job: Job
        let run: @Sendable () async -> Void
    }

    /// The most jobs of hours that run or wait.
    private static let maximumLongCount = 8

    /// What computes.
    package let engine: Engine
    /// The jobs that outlive their connection.
    package let archive: JobArchive
    let turns = Turns()
    /// What is counted and timed.
    package let metrics: Metrics
    private let classifiers: ClassifierCache
    private let limit: Duration
    private let state = Mutex(State())
    private let accepted: AsyncStream<Accepted>
    private let accept: AsyncStream<Accepted>.Continuation

    /// A queue before an engine; a job may run for as long as `limit`.
    package init(
        engine: Engine, archive: JobArchive, classifiers: ClassifierCache, limit: Duration, metrics: Metrics = Metrics()
    ) {
        (self.engine, self.archive, self.classifiers, self.limit) = (engine, archive, classifiers, limit)
        self.metrics = metrics
        (accepted, accept) = AsyncStream.makeStream(of: Accepted.self)
    }

    /// The jobs that wait or run, the last one first.
    package var active: [Job] { state.withLock { $0.active.values.sorted { $0.number > $1.number } } }

    /// A job that waits or runs, or has just ended.
    package func active(_ id: JobID) -> Job? { state.withLock { $0.active[id] } }

    /// How many jobs are before one that waits.
    package func position(of job: Job) -> Int? { turns.position(of: job.number) }

    /// How many jobs wait for a turn.
    package var waitingCount: Int { turns.waitingCount }

    /// Runs work that its caller waits for; a caller whose task is cancelled gives the job up.
    package func perform<W: Work>(_ work: W, for caller: Caller) async throws(APIError) -> W.Output {
        let job = try admit(work, for: caller, isKept: false)
        let result: Result<W.Output, APIError> = await withTaskCancellationHandler {
            await self.result(of: work, as: job, isRead: false)
        } onCancel: {
            _ = self.stop(job, .cancelled)
        }
        return try result.get()
    }

    /// Takes work in whose caller follows the job, and cancels it when it no longer does.
    package func begin<W: Work>(_ work: W, for caller: Caller) throws(APIError) -> Job {
        let job = try admit(work, for: caller, isKept: false)
        start(work, as: job)
        return job
    }

    /// Takes work in that goes on whatever becomes of the connection; `origin` is how to ask for it again.
    package func submit<W: Work>(_ work: W, for caller: Caller, origin: JobOrigin) async throws(APIError) -> Job {
        let job = try admit(work, for: caller, isKept: true)
        do throws(APIError) {
            try await archive.add(job, origin)
        } catch {
            forget(job, work.cost, seconds: nil)
            throw error
        }
        start(work, as: job)
        return job
    }

    /// Takes a job up again that an earlier server did not finish.
    package func resume<W: Work>(_ work: W, as stored: StoredJob) throws(APIError) {
        let job = try admit(work, for: Caller(owner: stored.summary.owner), isKept: true, as: stored.summary)
        start(work, as: job)
    }

    /// Runs what was submitted until `close` is called.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await accepted in accepted { group.addTask { await accepted.run() } }
        }
    }

    /// Has a job stop at its next step, or at once if it waits; false if it has ended, or stops already.
    package func cancel(_ job: Job) -> Bool { stop(job, .cancelled) }

    /// Takes nothing in any more, lets what clients wait for end, and leaves kept jobs to the next server.
    package func close() {
        engine.admission.drain()
        turns.closeToKept()
        accept.finish()
        for job in active where job.isKept && job.kind.isLong { _ = stop(job, .suspended) }
    }

    /// Marks a job as running, in the archive too.
    func noteBegin(of job: Job) async {
        guard job.begin(at: Clock.milliseconds) else { return }
        metrics.noteBegin(waitedSeconds: job.seconds.sinceAdmission)
        if job.isKept { await archive.begin(job) }
    }

    private func stop(_ job: Job, _ reason: Job.Stop) -> Bool {
        guard job.stop(reason) else { return false }
        turns.withdraw(job.number)
        return true
    }

    private func admit(
        _ work: some Work, for caller: Caller, isKept: Bool, as stored: JobSummary? = nil
    ) throws(APIError) -> Job {
        let kind = type(of: work).kind
        do throws(APIError) {
            if stored == nil { try checkLong(kind) }
            try engine.admission.enter(work.cost, for: caller.owner, isOwed: stored != nil)
        } catch {
            metrics.noteRejection(error)
            throw error
        }
        let job = state.withLock { state in
            state.nextNumber += 1
            let job = Job(
                id: stored?.id ?? .random(), kind: kind, owner: caller.owner,
                created: stored?.created ?? Clock.milliseconds, number: state.nextNumber, isKept: isKept,
                isBrief: work.isBrief, limit: limit, stepCount: work.stepCount, work: work.cost.work)
            state.active[job.id] = job
            return job
        }
        job.events.add("queued", ["state": "queued"])
        return job
    }

    /// Those that take hours must leave room for those that take seconds.
    private func checkLong(_ kind: JobKind) throws(APIError) {
        guard kind.isLong else { return }
        let count = state.withLock { state in state.active.values.count { $0.kind.isLong } }
        guard count < Self.maximumLongCount else {
            throw APIError(.queueFull, "\(count) jobs of hours run or wait already.", retryAfterSeconds: 60)
        }
    }

    private func start<W: Work>(_ work: W, as job: Job) {
        let result = accept.yield(
            Accepted(job: job) { [self] in _ = await self.result(of: work, as: job, isRead: true) })
        guard case .terminated = result else { return }
        // A server that stops between admission and here leaves the job to the next one, if it is kept.
        forget(job, work.cost, seconds: nil)
        if !job.isKept { end(job, .failed, APIError(.draining, "The server is stopping.")) }
    }

    /// Runs admitted work to its end; `isRead` says whether anybody will look for the answer at the job.
    private func result<W: Work>(
        of work: W, as job: Job, isRead: Bool
    ) async -> Result<W.Output, APIError> {
        do throws(APIError) {
            let output = try await work.run(in: JobSession(job: job, classifiers: classifiers, queue: self))
            let result = isRead ? work.result(of: output) : nil
            if job.isKept, let result { try await archive.finish(job, result) }
            metrics.noteSuccess(of: job.kind, size: work.drawnSize, seconds: job.seconds.sinceBegin)
            _ = job.end(.succeeded, result: result, event: ["state": "succeeded"])
            forget(job, work.cost, seconds: job.computedSeconds)
            return .success(output)
        } catch {
            await fail(job, error)
            forget(job, work.cost, seconds: nil)
            return .failure(error)
        }
    }

    private func fail(_ job: Job, _ error: APIError) async {
        if job.stopReason == .suspended {
            await archive.suspend(job)
            metrics.noteEnd(of: job.kind, outcome: "suspended")
            _ = job.end(.failed, failure: error, event: nil)
            return
        }
        let phase = error.code == .cancelled ? JobState.cancelled : .failed
        if job.isKept { await archive.fail(job, phase, error) }
        metrics.noteEnd(of: job.kind, outcome: phase.rawValue)
        end(job, phase, error)
    }

    private func end(_ job: Job, _ phase: JobState, _ error: APIError) {
        var event: JSONObject = ["state": .string(phase.rawValue)]
        if phase == .failed { event["error"] = .object(error.summary) }
        _ = job.end(phase, failure: error, event: event)
    }

    private func forget(_ job: Job, _ cost: Admission.Cost, seconds: Double?) {
        turns.release(job.number)
        _ = state.withLock { $0.active.removeValue(forKey: job.id) }
        engine.admission.leave(cost, for: job.owner, done: job.doneWork, seconds: seconds)
    }
}
