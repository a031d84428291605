import Synchronization

/// Who computes next: one at a time, each caller in its turn, and of one caller's jobs the oldest first.
///
/// Jobs that go on for hours get at most every second turn while others wait.
///
/// A picture of a sitting has a turn of its own, which others of its shape may share: those that are next, so that
/// nobody is overtaken. The job whose turn it is leads, which is to say that its task has the steps computed.
final class Turns: Sendable {
    private struct Waiter {
        let job: Int
        let owner: String
        let isLong: Bool
        let isKept: Bool
        /// The pictures that wait, if it is for them.
        let sitting: Sitting?
    }

    /// How waiting for a turn ends.
    enum Outcome: Sendable {
        /// The turn is the caller's, who must release it, or lead while it has pictures that are drawn.
        case granted
        /// The first of several pictures has begun in a turn that another leads.
        case joined
        /// All pictures that were begun have been drawn in a turn that another led.
        case drawn
        /// The job was withdrawn.
        case withdrawn
        /// No job that can be taken up again later gets a turn any more.
        case closed
    }

    private typealias Continuation = CheckedContinuation<Outcome, Never>

    private struct State {
        /// The number of the job whose turn it is, or which leads.
        var holder: Int?
        var isClosed = false
        var wasLong = false
        var waiters: [Waiter] = []
        /// The tasks of jobs that wait, or whose pictures are drawn while another leads.
        var parked: [Int: Continuation] = [:]
        /// The pictures that are drawn.
        var group: [Sitting.Member] = []
        /// Whether there have been several since the group was last empty.
        var isShared = false
        /// How many jobs compute what is left to do when their pictures are drawn.
        var finishingCount = 0
        /// When each owner of a waiting job was last served.
        var served: [String: Int] = [:]
        var tick = 0

        func isDrawing(_ job: Int) -> Bool { group.contains { $0.job == job } }
    }

    private let sharedCount: Int
    private let state = Mutex(State())

    /// Turns that at most `sharedCount` pictures share.
    init(sharedCount: Int) { self.sharedCount = sharedCount }

    /// Waits for a turn, which lasts until the job takes another or lets go; `withdraw` with its number ends the wait.
    ///
    /// Where nobody else is to go first, a job that takes another turn goes on at once.
    func take(_ job: Job) async -> Outcome { await take(job, for: nil) }

    /// Waits until the job is to lead, or all of its pictures that were begun are drawn.
    func take(_ sitting: Sitting) async -> Outcome { await take(sitting.job, for: sitting) }

    private func take(_ job: Job, for sitting: Sitting?) async -> Outcome {
        await withCheckedContinuation { continuation in
            let woken = state.withLock { state -> [(Continuation, Outcome)] in
                if !state.isDrawing(job.number) {
                    if let refusal = Self.refusal(of: job, in: &state) { return [(continuation, refusal)] }
                    if state.holder == job.number { state.holder = nil }
                    Self.enter(job, for: sitting, in: &state)
                } else if state.holder == job.number {
                    return [(continuation, .granted)]
                }
                state.parked[job.number] = continuation
                return Self.serveNext(in: &state)
            }
            Self.wake(woken)
        }
    }

    private static func refusal(of job: Job, in state: inout State) -> Outcome? {
        guard job.isStopping || state.isClosed && job.isKept else { return nil }
        state.waiters.removeAll { $0.job == job.number }
        return job.isStopping ? .withdrawn : .closed
    }

    private static func enter(_ job: Job, for sitting: Sitting?, in state: inout State) {
        guard sitting?.hasMore ?? true, !state.waiters.contains(where: { $0.job == job.number }) else { return }
        state.waiters.append(
            Waiter(
                job: job.number, owner: job.owner, isLong: job.kind.isLong, isKept: job.isKept, sitting: sitting))
    }

    /// The pictures that take a step now, and whether others may want to compute after it: those of the job that
    /// leads, and of others whose turn it would be next.
    func gather() -> (pictures: [Sitting.Member], isShared: Bool) {
        let (gathered, woken) = state.withLock { state in
            var woken: [(Continuation, Outcome)] = []
            while state.group.count < sharedCount, let shape = state.group.first?.sitting.shape,
                let index = Self.next(in: state), state.waiters[index].sitting?.shape == shape
            {
                let job = state.waiters[index].job
                Self.begin(index, in: &state)
                let isFirst = state.group.last?.index == 0 && job != state.holder
                if isFirst, let task = state.parked.removeValue(forKey: job) { woken.append((task, .joined)) }
            }
            if state.group.count > 1 { state.isShared = true }
            return ((state.group, state.isShared), woken)
        }
        Self.wake(woken)
        return gathered
    }

    /// Lets go of pictures that are drawn or have failed; false if the job that led does so no longer.
    func settle(after leader: Int) -> Bool {
        let (leads, woken) = state.withLock { state -> (Bool, [(Continuation, Outcome)]) in
            let jobs = Set(state.group.map(\.job))
            state.group.removeAll(where: \.isOver)
            state.waiters.removeAll { $0.sitting?.hasFailed ?? false }
            var woken: [(Continuation, Outcome)] = []
            for job in jobs where !state.isDrawing(job) && !state.waiters.contains(where: { $0.job == job }) {
                if let task = state.parked.removeValue(forKey: job) { woken.append((task, .drawn)) }
            }
            if state.isDrawing(leader) { return (true, woken) }
            if let heir = state.group.first?.job {
                state.holder = heir
                if let task = state.parked.removeValue(forKey: heir) { woken.append((task, .granted)) }
            } else {
                state.isShared = false  // The turn is still the job's that led.
            }
            return (false, woken)
        }
        Self.wake(woken)
        return leads
    }

    /// Whether a job whose pictures are drawn may finish at once, on the engine's thread.
    ///
    /// It may while it has its turn still, or those who shared it go on; nobody else is served before `endFinish`.
    func beginFinish(_ job: Int) -> Bool {
        state.withLock { state in
            guard state.holder == job || !state.group.isEmpty else { return false }
            state.finishingCount += 1
            return true
        }
    }

    /// Has the next waiter served again.
    func endFinish() {
        let woken = state.withLock { state in
            state.finishingCount -= 1
            return Self.serveNext(in: &state)
        }
        Self.wake(woken)
    }

    /// Gives a job's turn, if it has it, to whoever is next.
    func release(_ job: Int) {
        let woken = state.withLock { state -> [(Continuation, Outcome)] in
            guard state.holder == job else { return [] }
            state.holder = nil
            return Self.serveNext(in: &state)
        }
        Self.wake(woken)
    }

    /// Ends the wait of a job; pictures of it that are drawn end by themselves.
    func withdraw(_ job: Int) {
        let task = state.withLock { state in
            state.waiters.removeAll { $0.job == job }
            return state.isDrawing(job) ? nil : state.parked.removeValue(forKey: job)
        }
        task?.resume(returning: .withdrawn)
    }

    /// Grants no turn any more to jobs that are kept, which another server may take up.
    func closeToKept() {
        let tasks = state.withLock { state in
            state.isClosed = true
            let jobs = state.waiters.filter(\.isKept).map(\.job)
            state.waiters.removeAll(where: \.isKept)
            return jobs.compactMap { state.isDrawing($0) ? nil : state.parked.removeValue(forKey: $0) }
        }
        for task in tasks { task.resume(returning: .closed) }
    }

    /// How many jobs wait.
    var waitingCount: Int {
        state.withLock { state in state.waiters.count { $0.job != state.holder && !state.isDrawing($0.job) } }
    }

    /// How many jobs get a turn before a job that waits does, at most; nil for one that does not wait.
    func position(of job: Int) -> Int? {
        state.withLock { state in
            guard let waiter = state.waiters.first(where: { $0.job == job }) else { return nil }
            return state.waiters.count { $0.job < job || ($0.isLong != waiter.isLong && waiter.isLong) }
        }
    }

    private static func wake(_ tasks: [(Continuation, Outcome)]) {
        for (task, outcome) in tasks { task.resume(returning: outcome) }
    }

    /// Gives the turn to the next waiter; nothing where somebody has it, or nobody waits.
    private static func serveNext(in state: inout State) -> [(Continuation, Outcome)] {
        guard state.holder == nil, state.finishingCount == 0 else { return [] }
        guard let index = next(in: state) else {
            state.served = [:]
            return []
        }
        let job = state.waiters[index].job
        state.holder = job
        begin(index, in: &state)
        // A task that has led and is not back yet finds that it is to lead again.
        return state.parked.removeValue(forKey: job).map { [($0, .granted)] } ?? []
    }

    /// Serves a waiter: its next picture, if it waits for several.
    private static func begin(_ index: Int, in state: inout State) {
        let waiter = state.waiters[index]
        if let sitting = waiter.sitting { state.group.append(sitting.begin()) }
        if waiter.sitting.map({ !$0.hasMore }) ?? true { state.waiters.remove(at: index) }
        state.wasLong = waiter.isLong
        state.tick += 1
        state.served[waiter.owner] = state.tick
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
