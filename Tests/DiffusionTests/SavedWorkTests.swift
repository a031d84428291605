import Diffusion
import Images
import JSON
import Layers
import TestSupport
import Tensors
import Testing

/// A picture of `Tools/golden_saved_work.py`.
private struct SavedPicture: CustomTestStringConvertible, Sendable {
    let name: String
    let family: String
    let isConsistency: Bool
    let seesMasks: Bool
    let seed: UInt64
    let request: GenerationRequest

    var testDescription: String { name }

    static let file = "diffusion/saved-work.safetensors"
    private static let startFile = "diffusion/image-to-image.safetensors"

    static let all: [SavedPicture] = {
        do {
            let starts = try Golden(startFile)
            let cases = try JSONCursor(JSONValue(parsing: Array(Golden(file).text("cases").utf8)))
            return try cases.array().map { try SavedPicture($0, starts) }
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    private init(_ fields: JSONCursor, _ starts: Golden) throws {
        name = try fields.required("name").string()
        family = try fields.required("family").string()
        isConsistency = try fields.required("consistency").bool()
        seesMasks = try fields.required("sees_masks").bool()
        seed = UInt64(try fields.required("seed").integer())
        let ends = try fields.field("interval")?.array().map { try $0.number() }
        request = GenerationRequest(
            prompt: try fields.required("prompt").string(),
            negativePrompt: try fields.required("negative_prompt").string(),
            width: try fields.required("width").integer(), height: try fields.required("height").integer(),
            steps: try fields.required("steps").integer(),
            guidanceScale: Float(try fields.required("guidance_scale").number()),
            scheduler: try fields.field("scheduler").flatMap { SchedulerKind(rawValue: try $0.string()) },
            start: try Self.start(fields, starts),
            guidanceInterval: ends.map { GuidanceInterval(start: $0[0], end: $0[1]) },
            deepCacheInterval: try fields.required("deep").integer())
    }

    private static func start(_ fields: JSONCursor, _ starts: Golden) throws -> StartImage? {
        guard let picture = try fields.field("picture")?.string() else { return nil }
        let shape = try starts.shape(picture)
        let mask = try fields.field("mask").map { field in
            let shape = try starts.shape(try field.string())
            return Mask(width: shape[1], height: shape[0], coverage: try starts.bytes(try field.string()))
        }
        return StartImage(
            image: Image(width: shape[1], height: shape[0], pixels: try starts.bytes(picture)),
            strength: try fields.required("strength").number(), mask: mask)
    }
}

@Suite struct SavedWorkTests {
    @Test("draws what diffusers draws with the same work saved", arguments: SavedPicture.all)
    private func matchesReference(picture: SavedPicture) throws {
        let folder =
            try picture.seesMasks
            ? Tiny.inpaintingFolder(picture.family)
            : Tiny.folder(picture.family, isConsistency: picture.isConsistency)
        let pipeline = try Pipeline(folder: folder.path, on: .forTests)
        let image = try Tiny.image(pipeline, picture.request, seed: picture.seed)
        try expectClose(image, to: picture.name, of: Golden(SavedPicture.file))
    }

    private static let longer: GenerationRequest = {
        var request = Tiny.request
        request.steps = 8
        request.guidanceInterval = GuidanceInterval(start: 0.25, end: 0.75)
        request.deepCacheInterval = 3
        return request
    }()

    @Test func drawsTheSameBytesWithAnyNumberOfThreads() throws {
        let images = try [1, 3].map { try Tiny.image(Tiny.pipeline("sd15", threads: $0), Self.longer) }
        #expect(images[0] == images[1])
    }

    @Test func keepsNothingFromOnePictureForTheNext() throws {
        let plan = try Tiny.pipeline("sd15").plan(Self.longer)
        var (first, second) = (plan.generation(seed: 1), plan.generation(seed: 2))
        while try first.next() != nil { _ = try second.next() }
        #expect(try second.image() == Tiny.image(Tiny.pipeline("sd15"), Self.longer, seed: 2))
    }

    @Test func savesNothingWhereEveryStepIsWholeAndGuided() throws {
        let pipeline = try Tiny.pipeline("sd15")
        var request = Tiny.request
        request.guidanceInterval = GuidanceInterval(start: 0, end: 1)
        request.deepCacheInterval = 1
        #expect(try Tiny.image(pipeline, request) == Tiny.image(pipeline, Tiny.request))
    }

    @Test func isTheUnguidedPictureWhereNoStepIsGuided() throws {
        let pipeline = try Tiny.pipeline("sd2")
        var (request, unguided) = (Tiny.request, Tiny.request)
        request.guidanceInterval = GuidanceInterval(start: 0.01, end: 0.02)
        unguided.guidanceScale = 1
        #expect(try Tiny.image(pipeline, request) == Tiny.image(pipeline, unguided))
    }

    @Test func allocatesNothingOnceItHasKeptFeaturesTwice() throws {
        let device = Device(threads: 2)
        let folder = try Tiny.folder("sd15")
        var request = Self.longer
        request.scheduler = .ddim
        request.guidanceInterval = nil
        var generation = try Pipeline(folder: folder.path, on: device).plan(request).generation(seed: 1)
        for _ in 0..<4 { _ = try generation.next() }
        let before = device.arenaStatistics.allocationCount
        while try generation.next() != nil {}
        #expect(device.arenaStatistics.allocationCount == before)
    }

    private static let ends: [(Double, Double)] = [
        (-0.1, 0.5), (0.5, 1.1), (0.5, 0.5), (0.8, 0.2), (.nan, 1), (0, .nan),
    ]

    @Test("refuses intervals that are none", arguments: ends)
    func refusesIntervals(start: Double, end: Double) throws {
        var request = Tiny.request
        request.guidanceInterval = GuidanceInterval(start: start, end: end)
        let expected = GenerationError.outOfRange(
            .guidanceInterval, actual: "[\(start), \(end)]", expected: "0.0...1.0, the start before the end")
        #expect(throws: expected) { _ = try Tiny.pipeline("sd15").plan(request) }
    }

    @Test func refusesAnIntervalWhereThereIsNoGuidance() throws {
        var request = Tiny.request
        request.guidanceInterval = GuidanceInterval(start: 0.2, end: 0.8)
        let consistency = try Tiny.pipeline("sd15", isConsistency: true)
        #expect(throws: GenerationError.intervalWithoutGuidance) { _ = try consistency.plan(request) }
        request.guidanceScale = 1
        #expect(throws: GenerationError.intervalWithoutGuidance) { _ = try Tiny.pipeline("sd15").plan(request) }
    }

    @Test("refuses to keep features for no step or too many", arguments: [0, 21, -1])
    func refusesDeepCacheIntervals(interval: Int) throws {
        var request = Tiny.request
        request.deepCacheInterval = interval
        let expected = GenerationError.outOfRange(.deepCacheInterval, actual: "\(interval)", expected: "1...20")
        #expect(throws: expected) { _ = try Tiny.pipeline("sd15").plan(request) }
    }
}
