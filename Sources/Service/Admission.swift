import Synchronization

/// The bound on what runs or waits: who comes when it is reached is turned away at once, and told when to come back.
package final class Admission: Sendable {
    /// What a request will take.
    package struct Cost: Sendable, Equatable {
        /// A measure of the time, comparable between requests: pixels times passes over them.
        package let work: Int
        /// Memory that the request holds while it waits.
        package let byteCount: Int

        /// A request's measure of time, and the memory that it holds while it waits.
        package init(work: Int, byteCount: Int = 0) {
            self.work = work
            self.byteCount = byteCount
        }
    }

    /// Where the server is in its life.
    package enum Phase: Sendable, Equatable {
        case warmingUp
        case open
        case draining
    }

    private struct State {
        var phase = Phase.warmingUp
        var count = 0
        var counts: [String: Int] = [:]  // by owner
        /// What is left of all that runs or waits.
        var work = 0
        var byteCount = 0
        /// How long what ended lately took, and what it did: the older, the less of it counts.
        var pastSeconds = 0.0, pastWork = 0.0
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// The most requests that run or wait.
    let maximumCount: Int
    private let maximumCountPerOwner: Int
    private let state = Mutex(State())

    /// Images that wait are held decoded: up to 50 MB each.
    private static let maximumByteCount = 512 << 20
    /// What the OpenAI SDKs honour of `Retry-After`.
    private static let retrySeconds = 1...120

    /// A bound of `maximumCount` requests; where callers share the server, none may fill it alone.
    package init(maximumCount: Int, isShared: Bool = false) {
        self.maximumCount = maximumCount
        maximumCountPerOwner = isShared ? max(1, maximumCount * 3 / 4) : maximumCount
    }

    /// Where the server is in its life.
    package var phase: Phase { state.withLock { $0.phase } }

    /// How many requests run or wait.
    package var count: Int { state.withLock { $0.count } }

    /// Declares the warm-up done, unless the server is stopping already.
    package func open() {
        state.withLock { if $0.phase == .warmingUp { $0.phase = .open } }
    }

    /// Takes a place; each call that does not throw must be followed by one of `leave`.
    ///
    /// What an earlier server promised (`isOwed`) is let in even where there is no room.
    package func enter(_ cost: Cost, for owner: String, isOwed: Bool = false) throws(APIError) {
        let refusal = state.withLock { state -> APIError? in
            if state.phase == .draining {
                let seconds = Self.retryAfterSeconds(state)
                return APIError(.draining, "The server is stopping.", retryAfterSeconds: seconds)
            }
            let isGreedy = state.counts[owner, default: 0] >= maximumCountPerOwner
            let isFull = state.count >= maximumCount || isGreedy
            // A request that is alone fits, whatever it holds: its own limits have been checked.
            let isHeavy = state.count > 0 && state.byteCount + cost.byteCount > Self.maximumByteCount
            if !isOwed, isFull || isHeavy {
                let count = isGreedy ? state.counts[owner, default: 0] : state.count
                let reason = isFull ? "\(count) requests run or wait already" : "the images that wait fill it"
                return APIError(
                    .queueFull, "The queue is full: \(reason).", retryAfterSeconds: Self.retryAfterSeconds(state))
            }
            state.count += 1
            state.counts[owner, default: 0] += 1
            state.work += cost.work
            state.byteCount += cost.byteCount
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Counts work as done while it goes on.
    package func advance(by work: Int) { state.withLock { $0.work -= work } }

    /// Gives the place back; `done` is what `advance` was told of the work, and `seconds` how long the computation
    /// itself took, if it succeeded.
    package func leave(_ cost: Cost, for owner: String, done: Int, seconds: Double?) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.count -= 1
            let count = state.counts[owner, default: 0] - 1
            state.counts[owner] = count > 0 ? count : nil
            state.work -= cost.work - done
            state.byteCount -= cost.byteCount
            if let seconds, cost.work > 0 {
                state.pastSeconds = 0.7 * state.pastSeconds + seconds
                state.pastWork = 0.7 * state.pastWork + Double(cost.work)
            }
            guard state.count == 0 else { return [] }
            defer { state.idleWaiters = [] }
            return state.idleWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Turns new requests away from now on.
    package func drain() {
        state.withLock { $0.phase = .draining }
    }

    /// Returns when nothing runs and nothing waits.
    package func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.count > 0 { state.idleWaiters.append(continuation) }
                return state.count == 0
            }
            if isIdle { continuation.resume() }
        }
    }

    /// When the draining or waiting that a client was refused for is likely to be over.
    package var retryAfterSeconds: Int { state.withLock { Self.retryAfterSeconds($0) } }

    private static func retryAfterSeconds(_ state: State) -> Int {
        guard state.pastWork > 0 else { return min(state.count + 1, retrySeconds.upperBound) }
        let seconds = (state.pastSeconds / state.pastWork * Double(state.work)).rounded(.up)
        return Int(min(max(seconds, Double(retrySeconds.lowerBound)), Double(retrySeconds.upperBound)))
    }
}
