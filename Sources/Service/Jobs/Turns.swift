import Synchronization

/// Who computes next: one at a time, each caller in its turn, and of one caller's jobs the oldest first.
///
/// Jobs that go on for hours get at most every second turn while others wait.
final class Turns: Sendable {
    private struct Waiter {
        let job: Int
        let owner: String
        let isLong: Bool
        let isKept: Bool
        let continuation: CheckedContinuation<Outcome, Never>
    }

    /// How waiting for a turn ends.
    enum Outcome: Sendable {
        /// The turn is the caller's, who must release it.
        case granted
        /// The job was withdrawn.
        case withdrawn
        /// No job that can be taken up again later gets a turn any more.
        case closed
    }

    private struct State {
        /// The number of the job whose turn it is.
        var holder: Int?
        var isClosed = false
        var wasLong = false
        var waiters: [Waiter] = []
        /// When each owner of a waiting job was last served.
        var served: [String: Int] = [:]
        var tick = 0
    }

    private let state = Mutex(State())

    /// Waits for a turn, which lasts until the job takes another or lets go; `withdraw` with its number ends the wait.
    ///
    /// Where nobody else is to go first, a job that takes another turn goes on at once.
    func take(_ job: Job) async -> Outcome {
        await withCheckedContinuation { continuation in
            let waiter = Waiter(
                job: job.number, owner: job.owner, isLong: job.kind.isLong, isKept: job.isKept,
                continuation: continuation)
            let (refusal, next) = state.withLock { state -> (Outcome?, Waiter?) in
                if state.isClosed, waiter.isKept { return (.closed, nil) }
                if job.isStopping { return (.withdrawn, nil) }
                state.waiters.append(waiter)
                if state.holder == job.number { state.holder = nil }
                return (nil, Self.serveNext(in: &state))
            }
            if let refusal { continuation.resume(returning: refusal) }
            next?.continuation.resume(returning: .granted)
        }
    }

    /// Gives a job's turn, if it has it, to whoever is next.
    func release(_ job: Int) {
        let next = state.withLock { state -> Waiter? in
            guard state.holder == job else { return nil }
            state.holder = nil
            return Self.serveNext(in: &state)
        }
        next?.continuation.resume(returning: .granted)
    }

    /// Ends the wait of a job.
    func withdraw(_ job: Int) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.job == job }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: .withdrawn)
    }

    /// Grants no turn any more to jobs that are kept, which another server may take up.
    func closeToKept() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters.removeAll(where: \.isKept) }
            return state.waiters.filter(\.isKept)
        }
        for waiter in waiters { waiter.continuation.resume(returning: .closed) }
    }

    /// How many jobs wait.
    var waitingCount: Int { state.withLock { $0.waiters.count } }

    /// How many jobs get a turn before a job that waits does, at most; nil for one that does not wait.
    func position(of job: Int) -> Int? {
        state.withLock { state in
            guard let waiter = state.waiters.first(where: { $0.job == job }) else { return nil }
            return state.waiters.count { $0.job < job || ($0.isLong != waiter.isLong && waiter.isLong) }
        }
    }

    /// Takes the next waiter out, whose turn it is from now on; nil where somebody has it, or nobody waits.
    private static func serveNext(in state: inout State) -> Waiter? {
        guard state.holder == nil, let index = next(in: state) else {
            if state.waiters.isEmpty { state.served = [:] }
            return nil
        }
        let waiter = state.waiters.remove(at: index)
        (state.holder, state.wasLong) = (waiter.job, waiter.isLong)
        state.tick += 1
        state.served[waiter.owner] = state.tick
        return waiter
    }

    private static func next(in state: State) -> Int? {
        let prefersLong = !state.wasLong
        let best = state.waiters.enumerated().min { a, b in
            func rank(_ waiter: Waiter) -> (Int, Int, Int) {
                (waiter.isLong == prefersLong ? 0 : 1, state.served[waiter.owner] ?? 0, waiter.job)
            }
            return rank(a.element) < rank(b.element)
        }
        return best?.offset
    }
}
