import Diffusion
import Images
import Layers
import TestSupport
import Tensors
import Testing

@Suite struct SharedStepTests {
    private static func pipeline(
        _ family: String, isConsistency: Bool = false, _ precision: Precision = .fp32
    ) throws -> Pipeline {
        let folder = try Tiny.folder(family, isConsistency: isConsistency)
        return try Pipeline(folder: folder.path, on: Device(threads: 2, precision: precision))
    }

    /// Requests that have little in common but their size.
    private static let requests: [GenerationRequest] = {
        var requests = Array(repeating: Tiny.request, count: 5)
        requests[1].prompt = "a (red:1.4) boat, " + String(repeating: "very old ", count: 60)  // two chunks
        requests[1].scheduler = .eulerAncestral
        requests[2].guidanceScale = 1
        requests[2].steps = 5
        requests[2].scheduler = .ddim
        requests[3].guidanceInterval = GuidanceInterval(start: 0.3, end: 0.7)
        requests[3].scheduler = .dpmSolver
        requests[3].usesFastDecoder = true
        requests[4].guidanceScale = 9
        requests[4].negativePrompt = "blurry"
        return requests
    }()

    /// Draws pictures together, of which each begins a step after the one before.
    private static func drawnTogether(_ waiting: [Generation]) throws -> [Image] {
        var (pictures, started) = (waiting, 1)
        while !pictures.allSatisfy(\.isComplete) {
            let active = pictures.indices.filter { $0 < started && !pictures[$0].isComplete }
            var group = active.map { pictures[$0] }
            for result in Generation.next(of: &group) { _ = try result.get() }
            for (index, picture) in zip(active, group) { pictures[index] = picture }
            started += 1
        }
        return try pictures.map { try $0.image() }
    }

    @Test("draws each picture as if it were alone", arguments: ["sd15", "sd2", "sd21v", "turbo"], Precision.allCases)
    func drawsEachAsIfItWereAlone(family: String, precision: Precision) throws {
        let pipeline = try Self.pipeline(family, precision)
        let alone = try Self.requests.enumerated().map { try Tiny.image(pipeline, $1, seed: UInt64($0)) }
        let pictures = try Self.requests.enumerated().map { try pipeline.plan($1).generation(seed: UInt64($0)) }
        #expect(try Self.drawnTogether(pictures) == alone)
    }

    @Test("embeds the guidance scale of each", arguments: Precision.allCases)
    func embedsTheGuidanceScaleOfEach(precision: Precision) throws {
        let pipeline = try Self.pipeline("sd15", isConsistency: true, precision)
        var requests = [Tiny.request, Tiny.request]
        requests[1].guidanceScale = 8
        let alone = try requests.map { try Tiny.image(pipeline, $0) }
        #expect(alone[0] != alone[1])
        #expect(try Self.drawnTogether(requests.map { try pipeline.plan($0).generation(seed: 1) }) == alone)
    }

    @Test("draws a request's pictures together", arguments: Precision.allCases)
    func drawsARequestsPicturesTogether(precision: Precision) throws {
        let pipeline = try Self.pipeline("turbo", precision)
        let plan = try pipeline.plan(Tiny.request)
        var pictures = (UInt64(7)..<11).map { plan.generation(seed: $0) }
        while !pictures[0].isComplete {
            for result in Generation.next(of: &pictures) { _ = try result.get() }
        }
        let alone = try (UInt64(7)..<11).map { try Tiny.image(pipeline, Tiny.request, seed: $0) }
        #expect(try pictures.map { try $0.image() } == alone)
    }

    @Test func tellsWhichPicturesMayShareAStep() throws {
        let (one, other) = (try Self.pipeline("sd15"), try Self.pipeline("sd15"))
        func shape(_ pipeline: Pipeline, _ change: (inout GenerationRequest) -> Void = { _ in }) throws -> StepShape? {
            var request = Tiny.request
            change(&request)
            return pipeline.stepShape(of: request)
        }
        let plain = try shape(one)
        #expect(plain != nil)
        #expect(try shape(one) { $0.prompt = "a cat" } == plain)
        #expect(try shape(other) != plain)
        let sizes = try [(128, 64), (64, 128)].map { size in try shape(one) { ($0.width, $0.height) = size } }
        #expect(sizes[0] != sizes[1] && sizes[0] != plain)
        #expect(try shape(one) { $0.deepCacheInterval = 2 } == nil)
    }
}
