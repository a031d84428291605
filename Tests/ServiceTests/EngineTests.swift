import Service
import Synchronization
import Testing

@Suite struct EngineTests {
    @Test func turnsAwayWhatDoesNotFit() async throws {
        let engine = Engine(queueLength: 2)
        let gate = Gate()
        async let first = engine.run(.some) { () throws(APIError) in gate.wait() }
        async let second = engine.run(.some) { () throws(APIError) in 2 }
        await until { engine.admission.count == 2 }
        let refused = await #expect(throws: APIError.self) { try await engine.run(.some) { () throws(APIError) in 3 } }
        #expect(refused?.code == .queueFull)
        #expect((1...120).contains(refused?.retryAfterSeconds ?? 0))
        gate.open()
        _ = try await (first, second)
        #expect(engine.admission.count == 0)
        #expect(try await engine.run(.some) { () throws(APIError) in 4 } == 4)
    }

    @Test func finishesWhatWasAdmittedBeforeItDrains() async throws {
        let engine = Engine(queueLength: 8)
        let gate = Gate()
        async let first = engine.run(.some) { () throws(APIError) in gate.wait() }
        async let second = engine.run(.some) { () throws(APIError) in 2 }
        await until { engine.admission.count == 2 }
        engine.admission.drain()
        let refused = await #expect(throws: APIError.self) { try await engine.run(.some) { () throws(APIError) in 3 } }
        #expect(refused?.code == .draining)
        #expect(refused?.retryAfterSeconds != nil)
        gate.open()
        await engine.admission.waitUntilIdle()
        #expect(try await second == 2)
        _ = try await first
    }

    @Test func isReadyBetweenWarmUpAndDrain() {
        let admission = Admission(maximumCount: 1)
        #expect(admission.phase == .warmingUp)
        admission.open()
        #expect(admission.phase == .open)
        admission.drain()
        admission.open()
        #expect(admission.phase == .draining)
    }

    @Test func givesThePlaceOfAFailureBack() async {
        let engine = Engine(queueLength: 1)
        for _ in 0..<3 {
            let error = await #expect(throws: APIError.self) {
                try await engine.run(.some) { () throws(APIError) -> Int in throw APIError(.nonfiniteOutput, "No.") }
            }
            #expect(error?.code == .nonfiniteOutput)
        }
    }

    @Test func computesOneAtATimeInOrder() async throws {
        let engine = Engine(queueLength: 100)
        let running = Running()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await engine.run(.some) { () throws(APIError) in
                        running.begin()
                        running.end()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.most == 1)
    }

    @Test func boundsTheMemoryThatWaits() async throws {
        let engine = Engine(queueLength: 64)
        let gate = Gate()
        let large = Admission.Cost(work: 1, byteCount: 400 << 20)
        async let first = engine.run(large) { () throws(APIError) in gate.wait() }
        await until { engine.admission.count == 1 }
        let refused = await #expect(throws: APIError.self) { try await engine.run(large) { () throws(APIError) in 0 } }
        #expect(refused?.code == .queueFull)
        async let small = engine.run(.some) { () throws(APIError) in 5 }
        await until { engine.admission.count == 2 }
        gate.open()
        #expect(try await small == 5)
        _ = try await first
    }

    private func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }
}

/// How many computations run, and how many ran at most.
private final class Running: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func begin() {
        counts.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func end() { counts.withLock { $0.now -= 1 } }
}

extension Admission.Cost {
    fileprivate static let some = Admission.Cost(work: 1)
}

/// Holds the engine's thread until it is opened.
private final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    func wait() {
        while !isOpen.load(ordering: .acquiring) {}
    }
}
