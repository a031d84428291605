import Synchronization

/// The evaluations of a server, in memory: those that wait, the one that runs, and the last that ended.
package final class EvaluationQueue: Sendable {
    private struct State {
        var jobs: [EvaluationJob] = []  // in the order of admission
        var isClosed = false
    }

    /// The most that run or wait.
    package static let maximumWaitingCount = 8
    /// The most memory that images of evaluations may take that run or wait.
    private static let maximumByteCount = 512 << 20
    /// The most that are kept after their end.
    package static let maximumKeptCount = 32

    private let state = Mutex(State())
    private let waiting: AsyncStream<String>
    private let announce: AsyncStream<String>.Continuation

    /// An empty queue.
    package init() { (waiting, announce) = AsyncStream.makeStream(of: String.self) }

    /// Every evaluation, the last one first.
    package var all: [EvaluationJob] { state.withLock { $0.jobs.reversed() } }

    /// The evaluation of an id.
    package func job(_ id: String) throws(APIError) -> EvaluationJob {
        guard let job = state.withLock({ $0.jobs.first { $0.id == id } }) else { throw Self.unknown(id) }
        return job
    }

    /// Takes an evaluation in, unless too many wait; `time` is the Unix time.
    package func submit(_ evaluation: Evaluation, at time: Int) throws(APIError) -> EvaluationJob {
        let job = EvaluationJob(evaluation, created: time)
        let refusal = state.withLock { state -> APIError? in
            guard !state.isClosed else { return APIError(.draining, "The server is stopping.") }
            let waiting = state.jobs.filter { !$0.state.isFinal }
            let byteCount = waiting.reduce(evaluation.byteCount) { $0 + ($1.evaluation?.byteCount ?? 0) }
            // One that is alone fits: its own limits have been checked.
            let isHeavy = !waiting.isEmpty && byteCount > Self.maximumByteCount
            guard waiting.count < Self.maximumWaitingCount, !isHeavy else {
                return APIError(
                    .queueFull, "\(waiting.count) evaluations run or wait already.", retryAfterSeconds: 60)
            }
            state.jobs.append(job)
            let ended = state.jobs.filter { $0.state.isFinal }
            if ended.count > Self.maximumKeptCount, let oldest = ended.first {
                state.jobs.removeAll { $0.id == oldest.id }
            }
            return nil
        }
        if let refusal { throw refusal }
        announce.yield(job.id)
        return job
    }

    /// Cancels an evaluation that waits or runs, which ends before its next step; forgets one that has ended.
    package func remove(_ id: String) throws(APIError) {
        let isKnown = state.withLock { state in
            guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return false }
            if state.jobs[index].state.isFinal {
                state.jobs.remove(at: index)
            } else {
                state.jobs[index].state = .cancelled
            }
            return true
        }
        if !isKnown { throw Self.unknown(id) }
    }

    /// Runs evaluations, one after the other, until `close` is called or the task is cancelled.
    package func run(on engine: Engine, _ classifiers: ClassifierCache) async {
        for await id in waiting {
            guard let evaluation = begin(id) else { continue }
            do throws(APIError) {
                let result = try await compute(evaluation, id, on: engine, classifiers)
                if let result { end(id, .succeeded(result)) }
            } catch {
                end(id, .failed(error))
            }
        }
    }

    /// Cancels what runs or waits, and takes nothing in any more.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            for index in state.jobs.indices where !state.jobs[index].state.isFinal {
                state.jobs[index].state = .cancelled
            }
        }
        announce.finish()
    }

    /// Nil for an evaluation that was cancelled.
    private func compute(
        _ evaluation: Evaluation, _ id: String, on engine: Engine, _ classifiers: ClassifierCache
    ) async throws(APIError) -> EvaluationResult? {
        var tally = EvaluationTally(of: evaluation)
        let start = ContinuousClock.now
        for (index, unit) in evaluation.units.enumerated() {
            guard note(id, doneCount: index, seconds: (ContinuousClock.now - start) / .seconds(1)) else { return nil }
            let drawn = try await engine.runPart { () throws(APIError) in
                try evaluation.draw(unit, classifiers) { isRunning(id) }
            }
            guard let drawn else { return nil }
            tally.add(drawn)
        }
        guard note(id, doneCount: evaluation.units.count, seconds: (ContinuousClock.now - start) / .seconds(1)) else {
            return nil
        }
        return try await engine.runPart { [tally] () throws(APIError) in try tally.result() }
    }

    private func begin(_ id: String) -> Evaluation? {
        state.withLock { state in
            guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return nil }
            guard case .queued = state.jobs[index].state else { return nil }
            state.jobs[index].state = .running
            return state.jobs[index].evaluation
        }
    }

    private func isRunning(_ id: String) -> Bool {
        state.withLock { state in
            guard let job = state.jobs.first(where: { $0.id == id }), case .running = job.state else { return false }
            return true
        }
    }

    /// Writes down how far it is; false where it has been cancelled.
    private func note(_ id: String, doneCount: Int, seconds: Double) -> Bool {
        state.withLock { state in
            guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return false }
            guard case .running = state.jobs[index].state else { return false }
            (state.jobs[index].doneCount, state.jobs[index].seconds) = (doneCount, seconds)
            return true
        }
    }

    /// An evaluation that was cancelled at the last moment stays so.
    private func end(_ id: String, _ ending: EvaluationJob.State) {
        state.withLock { state in
            guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return }
            guard case .running = state.jobs[index].state else { return }
            state.jobs[index].state = ending
        }
    }

    private static func unknown(_ id: String) -> APIError {
        APIError(.notFound, "There is no evaluation '\(id.shortened)'.")
    }
}
