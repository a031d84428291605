import HTTP
import JSON
import Jobs
import Service
import Synchronization
import Testing

/// Of the queue that the caller runs on; libdispatch's Swift interface on Linux leaves it out.
@_silgen_name("dispatch_queue_get_label")
private func label(ofQueue queue: OpaquePointer?) -> UnsafePointer<CChar>

@Suite struct JobQueueTests {
    private static let origin = JobOrigin(json: ["n": 1], key: nil)
    private static let ann = Caller(owner: "ann")
    private static let bob = Caller(owner: "bob")

    @Test func turnsAwayWhatDoesNotFit() async throws {
        let (queue, gate) = (JobQueue.forTests(length: 2), Gate())
        async let first = queue.perform(TestWork { _ in gate.wait() }, for: .anyone)
        async let second = queue.perform(TestWork(), for: .anyone)
        await until { queue.engine.admission.count == 2 }
        let refused = await #expect(throws: APIError.self) { try await queue.perform(TestWork(), for: .anyone) }
        #expect(refused?.code == .queueFull)
        #expect((1...120).contains(refused?.retryAfterSeconds ?? 0))
        gate.open()
        _ = try await (first, second)
        #expect(queue.engine.admission.count == 0 && queue.active.isEmpty)
        #expect(try await queue.perform(TestWork(stepCount: 4), for: .anyone) == 4)
    }

    @Test func tellsWhenTheRestOfTheWorkIsDone() async throws {
        let (queue, gate) = (JobQueue.forTests(length: 2), Gate())
        let step = Admission.Cost(work: 1000)
        // A thousand units of work take a second, whatever this machine is like.
        try queue.engine.admission.enter(step, for: "")
        queue.engine.admission.leave(step, for: "", done: 0, seconds: 1)
        let long = TestWork(cost: Admission.Cost(work: 10_000), stepCount: 10) { step in if step == 6 { gate.wait() } }
        async let running = queue.perform(long, for: .anyone)
        await gate.reached()
        #expect(queue.engine.admission.retryAfterSeconds == 5)
        async let waiting = queue.perform(TestWork(cost: Admission.Cost(work: 20_000)), for: .anyone)
        await until { queue.engine.admission.count == 2 }
        let refused = await #expect(throws: APIError.self) { try await queue.perform(TestWork(), for: .anyone) }
        #expect(refused?.retryAfterSeconds == 25)
        gate.open()
        _ = try await (running, waiting)
        #expect(queue.engine.admission.retryAfterSeconds == 1)
    }

    @Test("computes on the engine's thread, unless that takes longer to wake", arguments: [false, true])
    func computesBriefWorkWhereItIs(isBrief: Bool) async throws {
        let (queue, diary) = (JobQueue.forTests(), Diary())
        let work = TestWork(isBrief: isBrief) { _ in diary.write(String(cString: label(ofQueue: nil))) }
        #expect(try await queue.perform(work, for: .anyone) == 1)
        #expect((diary.all == ["liminal.engine"]) == !isBrief)
        #expect(queue.engine.admission.count == 0 && queue.active.isEmpty)
    }

    @Test func hasBriefWorkWaitForItsTurn() async throws {
        let (queue, gate, diary) = (JobQueue.forTests(), Gate(), Diary())
        async let long = queue.perform(TestWork { _ in (gate.wait(), diary.write("long")).1 }, for: Self.ann)
        await gate.reached()
        async let brief = queue.perform(TestWork(isBrief: true) { _ in diary.write("brief") }, for: Self.bob)
        await until { queue.waitingCount == 1 }
        gate.open()
        _ = try await (long, brief)
        #expect(diary.all == ["long", "brief"])
    }

    @Test func boundsTheMemoryThatWaits() async throws {
        let (queue, gate) = (JobQueue.forTests(), Gate())
        let large = Admission.Cost(work: 1, byteCount: 400 << 20)
        async let first = queue.perform(TestWork(cost: large) { _ in gate.wait() }, for: .anyone)
        await until { queue.engine.admission.count == 1 }
        let refused = await #expect(throws: APIError.self) {
            try await queue.perform(TestWork(cost: large), for: .anyone)
        }
        #expect(refused?.code == .queueFull)
        gate.open()
        _ = try await first
    }

    @Test func leavesRoomForOtherCallers() async throws {
        let (queue, gate) = (JobQueue.forTests(length: 4, isShared: true), Gate())
        async let jobs = withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask { _ = try? await queue.perform(TestWork { _ in gate.wait() }, for: Self.ann) }
            }
        }
        await until { queue.engine.admission.count == 3 }
        let refused = await #expect(throws: APIError.self) { try await queue.perform(TestWork(), for: Self.ann) }
        #expect(refused?.code == .queueFull)
        async let other = queue.perform(TestWork(), for: Self.bob)
        await until { queue.engine.admission.count == 4 }
        gate.open()
        #expect(try await other == 1)
        await jobs
    }

    @Test func givesThePlaceOfAFailureBack() async {
        let queue = JobQueue.forTests(length: 1)
        for _ in 0..<3 {
            let error = await #expect(throws: APIError.self) {
                try await queue.perform(
                    TestWork { _ throws(APIError) in throw APIError(.nonfiniteOutput, "No.") }, for: .anyone)
            }
            #expect(error?.code == .nonfiniteOutput)
        }
        #expect(queue.active.isEmpty)
    }

    @Test func computesOneAtATime() async throws {
        let queue = JobQueue.forTests(length: 100)
        let running = Running()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let work = TestWork { _ in running.count() }
                    _ = try await queue.perform(work, for: .anyone)
                }
            }
            try await group.waitForAll()
        }
        #expect(running.most == 1)
    }

    @Test func servesCallersInTurn() async throws {
        let (queue, gate, diary) = (JobQueue.forTests(), Gate(), Diary())
        async let first = queue.perform(TestWork { _ in gate.wait() }, for: Self.ann)
        await gate.reached()
        var waiting: [Task<Void, any Error>] = []
        for (name, caller) in [
            ("a1", Self.ann), ("a2", Self.ann), ("a3", Self.ann), ("b1", Self.bob), ("b2", Self.bob),
        ] {
            let count = queue.engine.admission.count
            let work = TestWork { _ in diary.write(name) }
            waiting.append(Task { _ = try await queue.perform(work, for: caller) })
            await until { queue.engine.admission.count > count && queue.waitingCount == count }
        }
        gate.open()
        _ = try await first
        for task in waiting { try await task.value }
        #expect(diary.all == ["b1", "a1", "b2", "a2", "a3"])
    }

    @Test func cancelsWhatWaitsAtOnceAndWhatRunsAtItsNextStep() async throws {
        let (queue, gate) = (JobQueue.forTests(), Gate())
        async let running: Void = queue.run()
        let diary = Diary()
        let first = try await queue.submit(
            TestWork(stepCount: 100) { _ in
                diary.write("step")
                gate.wait()
            }, for: .anyone, origin: Self.origin)
        let second = try await queue.submit(TestWork(), for: .anyone, origin: Self.origin)
        await gate.reached()
        await until { queue.waitingCount == 1 }
        #expect(queue.position(of: second) == 0)
        #expect(queue.cancel(second))
        await second.events.ended()
        #expect(second.phase == .cancelled)
        #expect(queue.cancel(first) && !queue.cancel(first))
        #expect(first.phase == .running)
        gate.open()
        await first.events.ended()
        #expect(first.phase == .cancelled && diary.all.count == 1)
        await until { queue.active.isEmpty }
        #expect(try await queue.archive.job(first.id, of: "")?.summary.state == .cancelled)
        queue.close()
        await running
    }

    @Test func aCallerThatGoesCancelsItsJob() async throws {
        let (queue, gate) = (JobQueue.forTests(), Gate())
        let task = Task { try await queue.perform(TestWork(stepCount: 9) { _ in gate.wait() }, for: .anyone) }
        await gate.reached()
        task.cancel()
        gate.open()
        let result = await task.result
        #expect(throws: APIError.self) { try result.get() }
        #expect(queue.engine.admission.count == 0)
    }

    @Test func endsAJobThatRunsTooLong() async throws {
        let queue = JobQueue.forTests(limit: .zero)
        let error = await #expect(throws: APIError.self) {
            try await queue.perform(TestWork(stepCount: 2), for: .anyone)
        }
        #expect(error?.code == .deadlineExceeded)
    }

    @Test func keepsWhatAJobCameTo() async throws {
        let queue = JobQueue.forTests()
        async let running: Void = queue.run()
        let job = try await queue.submit(TestWork(stepCount: 3), for: Self.ann, origin: Self.origin)
        await job.events.ended()
        let stored = try #require(try await queue.archive.job(job.id, of: "ann"))
        #expect(stored.summary.state == .succeeded && stored.summary.pictureCount == 1)
        #expect(stored.result == JSONValue.object(["steps": 3]).encoded())
        #expect(try await queue.archive.file(0, of: job.id)?.bytes == [1, 2])
        #expect(try await queue.archive.job(job.id, of: "bob") == nil)
        queue.close()
        await running
    }

    @Test func leavesKeptJobsToTheNextServer() async throws {
        let store = MemoryJobStore()
        let (queue, gate) = (JobQueue.forTests(store: store), Gate())
        async let running: Void = queue.run()
        let first = try await queue.submit(
            TestWork(turnCount: 2) { _ in gate.wait() }, for: .anyone, origin: Self.origin)
        let second = try await queue.submit(TestWork(), for: .anyone, origin: Self.origin)
        await gate.reached()
        async let told = Self.names(of: first, after: 0)
        queue.close()
        await #expect(throws: APIError.self) { try await queue.submit(TestWork(), for: .anyone, origin: Self.origin) }
        gate.open()
        await running
        // Nobody is told of an end that is none.
        #expect(await told.allSatisfy { $0.id != JobEvents.finalID })
        #expect(store.unfinished().map(\.summary.id) == [first.id, second.id])
        #expect(store.unfinished().allSatisfy { $0.summary.state == .queued })
    }

    @Test func takesUpWhatWasPromisedEvenIfItIsFull() async throws {
        let store = MemoryJobStore()
        let jobs = (0..<3).map { StoredJob(kind: "gan", owner: "", created: $0, request: []) }
        for job in jobs { try store.add(job) }
        let (queue, gate) = (JobQueue.forTests(length: 1, store: store), Gate())
        async let running: Void = queue.run()
        for job in jobs { try queue.resume(TestWork { _ in gate.wait() }, as: job) }
        #expect(queue.engine.admission.count == 3)
        gate.open()
        await until { queue.active.isEmpty }
        #expect(store.unfinished().isEmpty)
        queue.close()
        await running
    }

    @Test func refusesWhatTheDiskHasNoRoomFor() async throws {
        let small = Retention(milliseconds: 1 << 40, jobCount: 10, byteCount: 10)
        let queue = JobQueue.forTests(retention: small)
        let error = await #expect(throws: APIError.self) {
            try await queue.submit(
                TestWork(), for: .anyone, origin: JobOrigin(json: "twenty characters and more", key: nil))
        }
        #expect(error?.code == .insufficientStorage)
        #expect(queue.engine.admission.count == 0)
    }

    @Test func tellsFollowersEverythingOnce() async throws {
        let (queue, gate) = (JobQueue.forTests(), Gate())
        async let running: Void = queue.run()
        let job = try await queue.submit(TestWork(stepCount: 5) { _ in gate.wait() }, for: .anyone, origin: Self.origin)
        await gate.reached()
        async let seen = Self.names(of: job, after: 0)
        gate.open()
        let names = await seen
        #expect(names.first?.name == "queued" && names.last?.name == "succeeded")
        #expect(names.map(\.id) == names.map(\.id).sorted() && Set(names.map(\.id)).count == names.count)
        #expect(names.count { $0.name == "progress" } == 5)
        let rest = await Self.names(of: job, after: names[3].id)
        #expect(rest == Array(names[4...]))
        queue.close()
        await running
    }

    private static func names(of job: Job, after id: Int) async -> [JobEvents.Event] {
        var (seen, last): ([JobEvents.Event], Int) = ([], id)
        while true {
            let events = await job.events.next(after: last, within: .seconds(60))
            seen += events
            guard let event = events.last else { return seen }
            last = event.id
            if last == JobEvents.finalID { return seen }
        }
    }
}

/// How many computations run, and how many ran at most.
private final class Running: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func count() {
        counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        counts.withLock { $0.now -= 1 }
    }
}
