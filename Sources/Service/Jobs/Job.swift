package import Images
import JSON
package import Jobs
import Synchronization

/// A job that waits, runs, or has just ended: how far it is, and who may stop it.
package final class Job: Sendable {
    /// Why a job stops before its end.
    enum Stop: Sendable, Equatable {
        /// Somebody asked for it, or the client that waited is gone.
        case cancelled
        /// It has run for longer than jobs may.
        case late
        /// The server stops, and another may take the job up.
        case suspended
    }

    private struct State {
        var phase = JobState.queued
        var stop: Stop?
        var started: ContinuousClock.Instant?
        var startTime: Int64?
        var computedSeconds = 0.0
        var doneWork = 0
        var doneCount = 0
        var totalCount: Int
        var failure: APIError?
        var result: JobResult?
        var preview: Image?
        var wantsPreview = false
    }

    /// 128 random bits in hexadecimal digits.
    package let id: JobID
    /// What it does.
    package let kind: JobKind
    /// Who asked for it.
    package let owner: String
    /// When it was admitted, in Unix milliseconds.
    package let created: Int64
    /// Its place in the order of admission.
    let number: Int
    /// Whether it outlives the connection of whoever asked, and the server.
    package let isKept: Bool
    /// Whether its turns are over at once.
    let isBrief: Bool
    /// What happens to it.
    package let events = JobEvents()
    private let work: Int
    private let admitted = ContinuousClock.now
    private let limit: Duration
    private let state: Mutex<State>

    init(
        id: JobID = .random(), kind: JobKind, owner: String, created: Int64, number: Int, isKept: Bool,
        isBrief: Bool, limit: Duration, stepCount: Int, work: Int
    ) {
        (self.id, self.kind, self.owner, self.created) = (id, kind, owner, created)
        (self.number, self.isKept, self.isBrief) = (number, isKept, isBrief)
        (self.limit, self.work) = (limit, work)
        state = Mutex(State(totalCount: stepCount))
    }

    /// Where the job is to be had.
    package var path: String { "/v1/jobs/\(id)" }

    /// Where it is in its life.
    package var phase: JobState { state.withLock(\.phase) }

    /// Whether it is to stop.
    var isStopping: Bool { state.withLock { $0.stop != nil } }

    /// The step that is done, of all there are, and how long the rest will take, once that can be told.
    package var progress: (done: Int, total: Int, secondsLeft: Double?) { state.withLock { Self.progress($0) } }

    /// How it failed, if it did.
    package var failure: APIError? { state.withLock(\.failure) }

    /// How long the engine has computed for it, in seconds.
    var computedSeconds: Double { state.withLock(\.computedSeconds) }

    /// Counts a turn in.
    func addComputed(seconds: Double) { state.withLock { $0.computedSeconds += seconds } }

    /// How long it is since it was admitted, and since its first turn began, in seconds.
    var seconds: (sinceAdmission: Double, sinceBegin: Double) {
        let now = ContinuousClock.now
        let started = state.withLock(\.started) ?? now
        return ((now - admitted) / .seconds(1), (now - started) / .seconds(1))
    }

    /// How much of its work is done.
    var doneWork: Int { state.withLock(\.doneWork) }

    /// Counts its work as done up to a step of all there are; tells how much more that is.
    func advance(to done: Int, of total: Int) -> Int {
        state.withLock { state in
            let before = state.doneWork
            state.doneWork = max(before, work / max(1, total) * min(done, total))
            return state.doneWork - before
        }
    }

    /// What came of it, if it succeeded.
    package var result: JobResult? { state.withLock(\.result) }

    /// When it began to run, in Unix milliseconds.
    package var startTime: Int64? { state.withLock(\.startTime) }

    /// The latest preview; asking for it has the next step make one.
    package var preview: Image? {
        state.withLock { state in
            state.wantsPreview = true
            return state.preview
        }
    }

    /// Has it stop at its next step; false if it has ended, or stops already.
    func stop(_ reason: Stop) -> Bool {
        state.withLock { state in
            guard !state.phase.isFinal, state.stop == nil else { return false }
            state.stop = reason
            return true
        }
    }

    /// Why it is to stop.
    var stopReason: Stop? { state.withLock(\.stop) }

    /// Marks the beginning of its first turn; true for that one.
    func begin(at time: Int64) -> Bool {
        let isFirst = state.withLock { state in
            guard state.phase == .queued else { return false }
            (state.phase, state.started, state.startTime) = (.running, ContinuousClock.now, time)
            return true
        }
        if isFirst { events.add("running", ["state": "running"]) }
        return isFirst
    }

    /// Writes down a step of all there are, and throws if the job is to stop; `preview` is asked only if wanted.
    func note(_ done: Int, of total: Int, preview: () -> Image?) throws(APIError) {
        let isFollowed = events.isFollowed
        let (progress, wantsPreview) = state.withLock { state in
            (state.doneCount, state.totalCount) = (done, total)
            if let started = state.started, ContinuousClock.now - started > limit, state.stop == nil {
                state.stop = .late
            }
            return (Self.progress(state), isFollowed || state.wantsPreview)
        }
        try checkStop()
        events.add("progress", Self.json(progress))
        guard wantsPreview, let image = preview() else { return }
        state.withLock { $0.preview = image }
        guard isFollowed else { return }
        events.add(
            "preview",
            [
                "step": .integer(Int64(done)), "width": .integer(Int64(image.width)),
                "height": .integer(Int64(image.height)), "type": "image/png",
                "b64_json": .string(Base64.encode(image.png())),
            ])
    }

    /// Throws if the job is to stop.
    func checkStop() throws(APIError) {
        switch stopReason {
        case nil: return
        case .cancelled: throw APIError(.cancelled, "The job was cancelled.")
        case .late:
            throw APIError(.deadlineExceeded, "The job ran for longer than the \(Int(limit / .seconds(1))) s allowed.")
        case .suspended: throw APIError(.draining, "The server is stopping.")
        }
    }

    /// Enters its final state, unless it is in one already; without an event where it is to go on in another server.
    func end(_ phase: JobState, result: JobResult? = nil, failure: APIError? = nil, event: JSONObject?) -> Bool {
        let isEnd = state.withLock { state in
            guard !state.phase.isFinal else { return false }
            (state.phase, state.result, state.failure, state.preview) = (phase, result, failure, nil)
            if phase == .succeeded { state.doneCount = state.totalCount }
            return true
        }
        if isEnd { events.end(event.map { (phase.rawValue, $0) }) }
        return isEnd
    }

    private static func progress(_ state: State) -> (done: Int, total: Int, secondsLeft: Double?) {
        guard state.phase == .running, state.doneCount > 0, let started = state.started else {
            return (state.doneCount, state.totalCount, nil)
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let left = seconds / Double(state.doneCount) * Double(max(0, state.totalCount - state.doneCount))
        return (state.doneCount, state.totalCount, left)
    }

    /// The progress of the API.
    static func json(_ progress: (done: Int, total: Int, secondsLeft: Double?)) -> JSONObject {
        [
            "step": .integer(Int64(progress.done)), "total": .integer(Int64(progress.total)),
            "eta_seconds": progress.secondsLeft.map { .real(($0 * 10).rounded() / 10) } ?? .null,
        ]
    }
}
