import JSON
import Jobs
import Logging
import Service
import Synchronization

/// Work of some steps, each of which may be held up, for tests of the queue.
struct TestWork: Work {
    static let kind = JobKind.gan
    var cost = Admission.Cost(work: 1)
    var stepCount = 1
    var isBrief = false
    /// How many turns of the engine it takes.
    var turnCount = 1
    /// What is done in each step of each turn.
    var step: @Sendable (Int) throws(APIError) -> Void = { _ in }

    func run(in session: JobSession) async throws(APIError) -> Int {
        var sum = 0
        for turn in 0..<turnCount {
            sum += try await session.turn { () throws(APIError) -> Int in
                for number in 1...stepCount {
                    try step(turn * stepCount + number)
                    try session.note(turn * stepCount + number, of: stepCount * turnCount)
                }
                return stepCount
            }
        }
        return sum
    }

    func result(of output: Int) -> JobResult {
        JobResult(
            answer: ["steps": .integer(Int64(output))], files: [JobResult.File(type: "image/png", bytes: [1, 2])])
    }
}

/// Holds a thread until it is opened.
final class Gate: Sendable {
    private let isOpen = Atomic(false)
    private let isReached = Atomic(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    func wait() {
        isReached.store(true, ordering: .releasing)
        while !isOpen.load(ordering: .acquiring) {}
    }

    /// Returns when a thread waits here.
    func reached() async { await until { isReached.load(ordering: .acquiring) } }
}

/// What was done, in order.
final class Diary: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func write(_ line: String) { lines.withLock { $0.append(line) } }
}

/// Yields until a condition holds.
func until(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}

extension JobQueue {
    /// A queue over a store, whose jobs run in a task of the test's.
    static func forTests(
        length: Int = 64, isShared: Bool = false, store: any JobStore = MemoryJobStore(),
        limit: Duration = .seconds(600), sharedCount: Int = 4,
        phase: Admission.Phase = .open,
        retention: Retention = Retention(milliseconds: 1 << 40, jobCount: 1000, byteCount: 1 << 30)
    ) -> JobQueue {
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let engine = Engine(queueLength: length, isShared: isShared)
        if phase == .open { engine.admission.open() }
        return JobQueue(
            engine: engine, archive: JobArchive(store, retention: retention, logger: logger),
            classifiers: ClassifierCache(), limit: limit, sharedCount: sharedCount)
    }
}
