import Diffusion
import Images
import JSON
import Layers
import TestSupport
import Tensors
import Testing

/// A picture of `Tools/golden_image_to_image.py`.
private struct ChangedPicture: CustomTestStringConvertible, Sendable {
    let name: String
    let family: String
    let isConsistency: Bool
    let seesMasks: Bool
    let seed: UInt64
    let request: GenerationRequest

    var testDescription: String { name }

    static let file = "diffusion/image-to-image.safetensors"

    static let all: [ChangedPicture] = {
        do {
            let golden = try Golden(file)
            let cases = try JSONCursor(JSONValue(parsing: Array(golden.text("cases").utf8)))
            return try cases.array().map { try ChangedPicture($0, golden) }
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    private init(_ fields: JSONCursor, _ golden: Golden) throws {
        name = try fields.required("name").string()
        family = try fields.required("family").string()
        isConsistency = try fields.required("consistency").bool()
        seesMasks = try fields.required("sees_masks").bool()
        seed = UInt64(try fields.required("seed").integer())
        let picture = try fields.required("picture").string()
        let shape = try golden.shape(picture)
        let image = Image(width: shape[1], height: shape[0], pixels: try golden.bytes(picture))
        let mask = try fields.field("mask").map { field in
            let name = try field.string()
            let shape = try golden.shape(name)
            return Mask(width: shape[1], height: shape[0], coverage: try golden.bytes(name))
        }
        request = GenerationRequest(
            prompt: try fields.required("prompt").string(),
            negativePrompt: try fields.required("negative_prompt").string(),
            width: try fields.required("width").integer(), height: try fields.required("height").integer(),
            steps: try fields.required("steps").integer(),
            guidanceScale: Float(try fields.required("guidance_scale").number()),
            scheduler: try fields.field("scheduler").flatMap { SchedulerKind(rawValue: try $0.string()) },
            eta: Float(try fields.required("eta").number()), usesFastDecoder: try fields.required("fast").bool(),
            start: StartImage(image: image, strength: try fields.required("strength").number(), mask: mask))
    }
}

extension Tiny {
    /// A family's folder with a U-Net that sees masks.
    static func inpaintingFolder(_ family: String) throws -> TemporaryFolder {
        let folder = try folder(family, unet: "options")
        try edit("model_index.json", of: folder) { $0["_class_name"] = "StableDiffusionInpaintPipeline" }
        return folder
    }

    static let start = StartImage(
        image: Image(width: 64, height: 64, pixels: (0..<64 * 64 * 3).map { UInt8(truncatingIfNeeded: $0 / 5) }),
        strength: 0.5)
    /// The right half.
    static let mask = Mask(width: 2, height: 1, coverage: [0, 255])
}

@Suite struct ImageToImageTests {
    @Test("makes the picture that diffusers makes", arguments: ChangedPicture.all)
    private func matchesDiffusers(picture: ChangedPicture) throws {
        let folder =
            try picture.seesMasks
            ? Tiny.inpaintingFolder(picture.family)
            : Tiny.folder(picture.family, isConsistency: picture.isConsistency)
        let pipeline = try Pipeline(folder: folder.path, on: .forTests)
        let image = try Tiny.image(pipeline, picture.request, seed: picture.seed)
        try expectClose(image, to: picture.name, of: Golden(ChangedPicture.file))
    }

    @Test("takes the last steps", arguments: [(0.1, 1), (0.29, 2), (0.5, 5), (0.99, 9), (1, 11)])
    func takesTheLastSteps(strength: Double, count: Int) throws {
        var request = Tiny.request
        request.steps = 10
        request.start = Tiny.start
        request.start?.strength = strength
        var generation = try Tiny.pipeline("sd2").plan(request).generation(seed: 1)
        var numbers: [Int] = []
        while let step = try generation.next() {
            #expect(step.count == generation.stepCount)
            numbers.append(step.number)
        }
        #expect(numbers == Array(1...generation.stepCount))
        // PNDM takes one more than was asked for, among the first.
        #expect(generation.stepCount == (strength == 1 ? 11 : count + 1))
    }

    @Test func leavesWhatTheMaskKeepsAsItWas() throws {
        let folder = try Tiny.folder("sd21v")
        let pipeline = try Pipeline(folder: folder.path, on: .forTests)
        var request = Tiny.request
        request.usesFastDecoder = true  // its latents are not drawn at random
        request.start = Tiny.start
        request.start?.strength = 1
        request.start?.mask = Tiny.mask
        var generation = try pipeline.plan(request).generation(seed: 3)
        while try generation.next() != nil {}
        let autoencoder = try Autoencoder(folder: folder.path + "/vae_tiny", on: .forTests)
        let pixels = Tiny.start.image.pixels.map { 2 * (Float($0) / 255) - 1 }
        let original = autoencoder.encode(Tensor(pixels, shape: [1, 64, 64, 3], on: .forTests)).mean.scalars
        let latents = generation.latents
        #expect(latents.shape == [1, 8, 8, 4])
        let isKept = zip(latents.scalars, original).map { $0 == $1 }
        #expect(isKept.indices.allSatisfy { isKept[$0] == ($0 / 4 % 8 < 4) })
    }

    @Test func drawsTheSameBytesWithAnyNumberOfThreads() throws {
        var request = Tiny.request
        request.start = Tiny.start
        request.start?.mask = Tiny.mask
        let images = try [1, 3].map { try Tiny.image(Tiny.pipeline("sd15", threads: $0), request) }
        #expect(images[0] == images[1])
    }

    @Test func readsAMaskFromBrightness() {
        let image = Image(width: 3, height: 1, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255])
        #expect(Mask(image).coverage == [76, 150, 29])  // Pillow's convert("L")
    }

    @Test func refusesStrengthsThatMeanNothing() throws {
        let pipeline = try Tiny.pipeline("sd15")
        func expect(_ error: GenerationError, at strength: Double) {
            var request = Tiny.request
            request.start = Tiny.start
            request.start?.strength = strength
            #expect(throws: error) { _ = try pipeline.plan(request) }
        }
        expect(.noStepLeft(of: 3, strength: 0.33), at: 0.33)
        expect(.noStepLeft(of: 3, strength: 0), at: 0)
        expect(.outOfRange(.strength, actual: "1.01", expected: "0.0...1.0"), at: 1.01)
        expect(.outOfRange(.strength, actual: "nan", expected: "0.0...1.0"), at: .nan)
    }

    @Test func asksForAPictureAndItsMaskWhereTheUNetSeesThem() throws {
        let folder = try Tiny.inpaintingFolder("sd15")
        let pipeline = try Pipeline(folder: folder.path, on: .forTests)
        #expect(pipeline.seesMasks)
        var request = Tiny.request
        #expect(throws: GenerationError.needsImageAndMask) { _ = try pipeline.plan(request) }
        request.start = Tiny.start
        #expect(throws: GenerationError.needsImageAndMask) { _ = try pipeline.plan(request) }
        request.start?.mask = Tiny.mask
        #expect(throws: Never.self) { _ = try pipeline.plan(request) }
    }

    @Test func refusesAUNetThatSeesMasksInAnotherPipeline() throws {
        let folder = try Tiny.folder("sd15", unet: "options")
        let expected = ModelError.unsupported(
            file: folder.path + "/unet/config.json", pointer: "/in_channels", value: "9")
        #expect(throws: expected) { _ = try Pipeline(folder: folder.path, on: .forTests) }
    }

    @Test func inpaintsWithAUNetThatSeesNoMasksToo() throws {
        let folder = try Tiny.folder("sd15")
        try Tiny.edit("model_index.json", of: folder) { $0["_class_name"] = "StableDiffusionInpaintPipeline" }
        try Tiny.edit("scheduler/scheduler_config.json", of: folder) { $0["steps_offset"] = 0 }  // which is corrected
        let pipeline = try Pipeline(folder: folder.path, on: .forTests)
        var request = Tiny.request
        request.start = Tiny.start
        request.start?.mask = Tiny.mask
        #expect(try Tiny.image(pipeline, request) == Tiny.image(Tiny.pipeline("sd15"), request))
    }
}
