import Diffusion
import HTTP
import Images
import JSON
import Jobs
import Service
import Synchronization
import Testing

/// Some pictures of a tiny pipeline, each step of which may be held up.
private struct DrawingWork: Work {
    static let kind = JobKind.generation
    let name: String
    let job: GenerationJob
    let diary: Diary
    /// What is done after each step, with its number among all of the job.
    var step: @Sendable (Int) throws(APIError) -> Void = { _ in }

    var cost: Admission.Cost { job.cost }
    var stepCount: Int { job.stepCount }

    func run(in session: JobSession) async throws(APIError) -> [Image] {
        let seeds = job.request.seeds
        return try await session.draw(
            seeds.count, of: job.size, like: job.stepShape,
            prepare: { () throws(APIError) in
                diary.write("\(name) begins")
                let plan = try job.plan()
                return seeds.map { plan.generation(seed: $0) }
            },
            note: { progress throws(APIError) in
                diary.write("\(name)\(progress.index)")
                try session.note(progress.done, of: stepCount)
                try step(progress.done)
            })
    }

    func result(of images: [Image]) -> JobResult { JobResult(answer: [:], files: []) }
}

/// Jobs of a tiny pipeline, and what they draw alone.
private struct Studio {
    let weights: TinyWeights
    let registry: ModelRegistry
    let diary = Diary()

    init() throws {
        weights = try TinyWeights(["one"])
        registry = try weights.registry(["default-pipeline": "one"])
    }

    func work(
        _ name: String, seed: Int = 1, n: Int = 1, steps: Int = 6, size: String = "64x64",
        step: @escaping @Sendable (Int) throws(APIError) -> Void = { _ in }
    ) async throws -> DrawingWork {
        let fields: JSONObject = [
            "prompt": .string("a \(name)"), "seed": .integer(Int64(seed)), "n": .integer(Int64(n)),
            "steps": .integer(Int64(steps)), "size": .string(size), "scheduler": "euler_ancestral", "scorers": [],
        ]
        let job = try await GenerationJob(GenerationFields(JSONCursor(.object(fields))), registry: registry)
        return DrawingWork(name: name, job: job, diary: diary, step: step)
    }

    /// What a job draws in a queue that it has for itself, picture by picture.
    func alone(_ work: DrawingWork) async throws -> [Image] {
        let quiet = DrawingWork(name: work.name, job: work.job, diary: Diary())
        return try await JobQueue.forTests(sharedCount: 1).perform(quiet, for: .anyone)
    }
}

@Suite struct SharedTurnTests {
    @Test("draws the pictures of a request together, as many as may share a step", arguments: [1, 2, 3, 16])
    func drawsTheRequestsPicturesTogether(sharedCount: Int) async throws {
        let studio = try Studio()
        let work = try await studio.work("fox", n: 3, steps: 2)
        let images = try await JobQueue.forTests(sharedCount: sharedCount).perform(work, for: .anyone)
        #expect(try await images == studio.alone(work))
        let lines = studio.diary.all.dropFirst().map { $0 }
        switch sharedCount {
        case 1: #expect(lines == ["fox0", "fox0", "fox1", "fox1", "fox2", "fox2"])
        case 2: #expect(lines == ["fox0", "fox1", "fox0", "fox1", "fox2", "fox2"])
        default: #expect(lines == ["fox0", "fox1", "fox2", "fox0", "fox1", "fox2"])
        }
    }

    @Test func letsJobsThatWaitJoinAtTheNextStep() async throws {
        let (studio, queue, gate) = (try Studio(), JobQueue.forTests(), Gate())
        let fox = try await studio.work("fox", steps: 4) { step in if step == 2 { gate.wait() } }
        let (cat, owl) = (try await studio.work("cat", seed: 5, steps: 5), try await studio.work("owl", n: 4, steps: 3))
        async let foxes = queue.perform(fox, for: .anyone)
        await gate.reached()
        async let cats = queue.perform(cat, for: .anyone)
        await until { queue.waitingCount == 1 }
        async let owls = queue.perform(owl, for: .anyone)
        await until { queue.waitingCount == 2 }
        gate.open()
        #expect(try await foxes == studio.alone(fox))
        #expect(try await cats == studio.alone(cat))
        #expect(try await owls == studio.alone(owl))
        let lines = studio.diary.all
        #expect(Array(lines[..<5]) == ["fox begins", "fox0", "fox0", "cat begins", "owl begins"])
        #expect(Array(lines[5..<9]) == ["fox0", "cat0", "owl0", "owl1"])
        #expect(queue.active.isEmpty && queue.engine.admission.count == 0)
    }

    @Test func overtakesNobody() async throws {
        let (studio, queue, gate) = (try Studio(), JobQueue.forTests(), Gate())
        let fox = try await studio.work("fox", steps: 3) { step in if step == 1 { gate.wait() } }
        let (wide, cat) = (try await studio.work("wide", size: "64x128"), try await studio.work("cat"))
        async let foxes = queue.perform(fox, for: .anyone)
        await gate.reached()
        async let wides = queue.perform(wide, for: .anyone)
        await until { queue.waitingCount == 1 }
        async let cats = queue.perform(cat, for: .anyone)
        await until { queue.waitingCount == 2 }
        gate.open()
        _ = try await (foxes, wides, cats)
        #expect(studio.diary.all.filter { $0.hasSuffix("begins") } == ["fox begins", "wide begins", "cat begins"])
        #expect(studio.diary.all.firstIndex(of: "cat begins") == 11)
    }

    @Test func cancelsOneOfTwoThatShareAStep() async throws {
        let (studio, queue, gate, second) = (try Studio(), JobQueue.forTests(), Gate(), Gate())
        let fox = try await studio.work("fox", steps: 9) { step in
            if step == 1 { gate.wait() }
            if step == 3 { second.wait() }
        }
        let cat = try await studio.work("cat", n: 2, steps: 5)
        let drawing = Task { try await queue.perform(fox, for: .anyone) }
        await gate.reached()
        async let cats = queue.perform(cat, for: .anyone)
        await until { queue.waitingCount == 1 }
        let job = try #require(queue.active.last)
        gate.open()
        await second.reached()
        #expect(queue.cancel(job))
        second.open()
        #expect(try await cats == studio.alone(cat))
        let cancelled = await drawing.result
        #expect(throws: APIError.self) { try cancelled.get() }
        #expect(studio.diary.all.count { $0 == "fox0" } == 3 && queue.active.isEmpty)
        #expect(studio.diary.all.contains("cat1"))
    }

    @Test func failsAlone() async throws {
        let (studio, queue, gate) = (try Studio(), JobQueue.forTests(), Gate())
        let fox = try await studio.work("fox") { step in if step == 1 { gate.wait() } }
        let cat = try await studio.work("cat", n: 5) { step throws(APIError) in
            if step == 3 { throw APIError(.nonfiniteOutput, "No.") }
        }
        async let foxes = queue.perform(fox, for: .anyone)
        await gate.reached()
        let failing = Task { try await queue.perform(cat, for: .anyone) }
        await until { queue.waitingCount == 1 }
        gate.open()
        #expect(try await foxes == studio.alone(fox))
        let failed = await failing.result
        let error = #expect(throws: APIError.self) { try failed.get() }
        #expect(error?.code == .nonfiniteOutput)
        #expect(!studio.diary.all.contains("cat4") && queue.active.isEmpty)
    }

    @Test func endsTogetherWhatRunsTooLong() async throws {
        let studio = try Studio()
        let work = try await studio.work("fox", n: 3)
        let error = await #expect(throws: APIError.self) {
            try await JobQueue.forTests(limit: .zero).perform(work, for: .anyone)
        }
        #expect(error?.code == .deadlineExceeded)
    }

    @Test func leavesKeptPicturesToTheNextServer() async throws {
        let (studio, store, gate) = (try Studio(), MemoryJobStore(), Gate())
        let queue = JobQueue.forTests(store: store, sharedCount: 2)
        async let running: Void = queue.run()
        let fox = try await studio.work("fox", n: 5) { step in if step == 3 { gate.wait() } }
        let job = try await queue.submit(fox, for: .anyone, origin: JobOrigin(json: ["n": 1], key: nil))
        await gate.reached()
        queue.close()
        gate.open()
        await running
        #expect(store.unfinished().map(\.summary.id) == [job.id])
    }

    @Test("loses nobody in a crowd", arguments: [2, 4])
    func losesNobody(sharedCount: Int) async throws {
        let (studio, queue) = (try Studio(), JobQueue.forTests(sharedCount: sharedCount))
        var drawings: [(work: DrawingWork, task: Task<[Image], any Error>)] = []
        for index in 0..<24 {
            let size = index.isMultiple(of: 5) ? "128x64" : "64x64"
            let work = try await studio.work(
                "crowd", seed: index, n: 1 + index % 3, steps: 1 + index % 4, size: size)
            let caller = Caller(owner: "caller \(index % 3)")
            drawings.append((work, Task { try await queue.perform(work, for: caller) }))
        }
        drawings[7].task.cancel()
        drawings[15].task.cancel()
        for (index, drawing) in drawings.enumerated() where index != 7 && index != 15 {
            #expect(try await drawing.task.value == studio.alone(drawing.work))
        }
        _ = await (drawings[7].task.result, drawings[15].task.result)
        #expect(queue.active.isEmpty && queue.engine.admission.count == 0)
        #expect(try await queue.perform(studio.work("last"), for: .anyone).count == 1)
    }
}
