import Diffusion
import Foundation
import Images
import JSON
import Layers
import TestSupport
import Tensors
import Testing

/// Tiny pipelines of `Tools/golden_diffusion_models.py`, put together as folders.
enum Tiny {
    static let tokenizer = Repository.weights("diffusion/emoji/tokenizer")

    /// A family's folder with a tokenizer and a fast decoder.
    static func folder(
        _ family: String, isConsistency: Bool = false, unet: String? = nil
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for part in ["model_index.json", "scheduler", "text_encoder", "vae"] {
            try folder.copy(Repository.golden("diffusion/\(family)/\(part)"))
        }
        try folder.copy(Repository.golden("diffusion/\(unet ?? (isConsistency ? "lcm" : family))/unet"))
        try folder.copy(Repository.golden("diffusion/taesd/vae"), as: "vae_tiny")
        try folder.copy(tokenizer)
        if isConsistency {
            try edit("model_index.json", of: folder) { fields in
                fields["_class_name"] = "LatentConsistencyModelPipeline"
                fields["scheduler"] = ["diffusers", "LCMScheduler"]
            }
            try folder.write(#"{"_class_name": "LCMScheduler"}"#, to: "scheduler/scheduler_config.json")
        }
        return folder
    }

    static func pipeline(_ family: String, isConsistency: Bool = false, threads: Int = 2) throws -> Pipeline {
        let folder = try folder(family, isConsistency: isConsistency)
        return try Pipeline(folder: folder.path, on: Device(threads: threads))
    }

    /// Changes fields of a JSON file.
    static func edit(_ name: String, of folder: TemporaryFolder, _ change: (inout JSONObject) -> Void) throws {
        var object = try ConfigurationFile("\(folder.path)/\(name)").root.object()
        change(&object)
        try folder.write(JSONValue.object(object).encoded(), to: name)
    }

    static let request = GenerationRequest(
        prompt: "a fox", width: 64, height: 64, steps: 3, guidanceScale: 5)

    static func image(_ pipeline: Pipeline, _ request: GenerationRequest, seed: UInt64 = 1) throws -> Image {
        var generation = try pipeline.plan(request).generation(seed: seed)
        while try generation.next() != nil {}
        return try generation.image()
    }
}

/// A picture of `Tools/golden_pipelines.py`.
private struct Picture: CustomTestStringConvertible, Sendable {
    let name: String
    let family: String
    let isConsistency: Bool
    let seed: UInt64
    let request: GenerationRequest

    var testDescription: String { name }

    static let file = "diffusion/pipelines.safetensors"

    static let all: [Picture] = {
        do {
            let cases = try JSONCursor(JSONValue(parsing: Array(Golden(file).text("cases").utf8)))
            return try cases.array().map(Picture.init)
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    private init(_ fields: JSONCursor) throws {
        name = try fields.required("name").string()
        family = try fields.required("family").string()
        isConsistency = try fields.required("consistency").bool()
        seed = UInt64(try fields.required("seed").integer())
        request = GenerationRequest(
            prompt: try fields.required("prompt").string(),
            negativePrompt: try fields.required("negative_prompt").string(),
            width: try fields.required("width").integer(), height: try fields.required("height").integer(),
            steps: try fields.required("steps").integer(),
            guidanceScale: Float(try fields.required("guidance_scale").number()),
            scheduler: try fields.field("scheduler").flatMap { SchedulerKind(rawValue: try $0.string()) },
            eta: Float(try fields.required("eta").number()), usesFastDecoder: try fields.required("fast").bool())
    }
}

@Suite struct PipelineTests {
    @Test("draws the picture that diffusers draws", arguments: Picture.all)
    private func matchesDiffusers(picture: Picture) throws {
        let pipeline = try Tiny.pipeline(picture.family, isConsistency: picture.isConsistency)
        let image = try Tiny.image(pipeline, picture.request, seed: picture.seed)
        try expectClose(image, to: picture.name, of: Golden(Picture.file))
    }

    @Test func drawsTheSameBytesWithAnyNumberOfThreads() throws {
        let images = try [1, 2, 3].map { threads in
            try Tiny.image(Tiny.pipeline("sd2", threads: threads), Tiny.request)
        }
        #expect(images[0] == images[1] && images[1] == images[2])
    }

    @Test("draws nearly the same picture in fewer bits", arguments: [Precision.bf16, .int8])
    func drawsNearlyTheSame(precision: Precision) throws {
        let images = try [Precision.fp32, precision].map { precision in
            let device = Device(threads: 2, precision: precision)
            return try Tiny.image(Pipeline(folder: Repository.weights("diffusion/emoji"), on: device), Tiny.request)
        }
        let differences = zip(images[0].pixels, images[1].pixels).map { abs(Int($0) - Int($1)) }
        #expect(differences.contains { $0 > 0 })
        #expect(differences.reduce(0, +) < 4 * differences.count)
    }

    @Test func drawsEachSeedAsIfItWereAlone() throws {
        let pipeline = try Tiny.pipeline("sd15")
        var request = Tiny.request
        request.scheduler = .eulerAncestral
        let plan = try pipeline.plan(request)
        var images: [Image] = []
        for seed in UInt64(7)..<10 {
            var generation = plan.generation(seed: seed)
            while try generation.next() != nil {}
            images.append(try generation.image())
        }
        #expect(images[2] == (try Tiny.image(pipeline, request, seed: 9)))
        #expect(images[1] != images[2])
    }

    @Test func allocatesNothingInAStepAfterTheFirst() throws {
        let device = Device(threads: 2)
        let folder = try Tiny.folder("sd15")
        let pipeline = try Pipeline(folder: folder.path, on: device)
        var request = Tiny.request
        request.scheduler = .ddim
        var generation = try pipeline.plan(request).generation(seed: 1)
        _ = try generation.next()
        let before = device.arenaStatistics.allocationCount
        while try generation.next() != nil {}
        #expect(device.arenaStatistics.allocationCount == before)
    }

    @Test func countsSteps() throws {
        var generation = try Tiny.pipeline("sd15").plan(Tiny.request).generation(seed: 1)
        var numbers: [Int] = []
        while let step = try generation.next() {
            numbers.append(step.number)
            #expect(step.count == 4)  // PNDM repeats one
        }
        #expect(numbers == [1, 2, 3, 4])
        #expect(try generation.next() == nil)
    }

    @Test func saysWhatItIs() throws {
        let pipeline = try Tiny.pipeline("sd21v")
        #expect(pipeline.factor == 8 && pipeline.defaultSide == 64 && pipeline.hasFastDecoder)
        #expect(pipeline.schedulerKind == .ddim)
        #expect(pipeline.parts.map(\.name) == ["text_encoder", "unet", "vae", "vae_tiny"])
        #expect(pipeline.parts.allSatisfy { $0.parameterCount > 1000 })
    }

    @Test func saysHowManyTokensItDidNotSee() throws {
        var request = Tiny.request
        request.prompt = String(repeating: "fox ", count: 300)
        request.negativePrompt = String(repeating: "cat ", count: 241)
        let plan = try Tiny.pipeline("sd2").plan(request)
        #expect(plan.promptTokenCount == 8 * 32)
        #expect(plan.truncatedPromptTokens == 60 && plan.truncatedNegativePromptTokens == 1)
    }
}

@Suite struct PipelineRefusalTests {
    @Test func endsAtTheFirstStepThatIsNotFinite() throws {
        let folder = try Tiny.folder("sd15")
        let path = folder.path + "/unet/diffusion_pytorch_model.safetensors"
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[bytes.count - 1] = 0x7E  // the last float16 becomes NaN
        bytes[bytes.count - 2] = 0x01
        try folder.write(bytes, to: "unet/diffusion_pytorch_model.safetensors")
        var generation = try Pipeline(folder: folder.path, on: .forTests).plan(Tiny.request).generation(seed: 1)
        #expect(throws: GenerationError.nonfinite(step: 1)) { _ = try generation.next() }
    }

    @Test func refusesNumbersOutOfRange() throws {
        let pipeline = try Tiny.pipeline("sd15")
        func expect(_ error: GenerationError, _ change: (inout GenerationRequest) -> Void) {
            var request = Tiny.request
            change(&request)
            #expect(throws: error) { _ = try pipeline.plan(request) }
        }
        expect(.outOfRange(.size, actual: "56", expected: "64...1024")) { $0.height = 56 }
        expect(.outOfRange(.steps, actual: "0", expected: "1...150")) { $0.steps = 0 }
        expect(.outOfRange(.guidanceScale, actual: "nan", expected: "0.0...30.0")) { $0.guidanceScale = .nan }
        expect(.outOfRange(.eta, actual: "1.5", expected: "0.0...1.0")) { $0.eta = 1.5 }
        expect(.outOfRange(.seed, actual: "4294967296", expected: "0...4294967295")) { $0.seeds = [1 << 32] }
        expect(.promptTooLong(32_001, maximum: 32_000)) { $0.prompt = String(repeating: "x", count: 32_001) }
        expect(.notAMultiple(side: 100, of: 8)) { $0.width = 100 }
        expect(.etaWithout(.pndm)) { $0.eta = 1 }
        expect(.tooManySteps(51, maximum: 50)) {
            $0.scheduler = .lcm
            $0.steps = 51
        }
    }

    @Test func refusesAFastDecoderThatIsNotThere() throws {
        let folder = try Tiny.folder("sd15")
        try FileManager.default.removeItem(atPath: folder.path + "/vae_tiny")
        let pipeline = try Pipeline(folder: folder.path, on: .forTests)
        var request = Tiny.request
        request.usesFastDecoder = true
        #expect(throws: GenerationError.noFastDecoder) { _ = try pipeline.plan(request) }
    }

    private static let otherClasses: [(field: String, value: JSONValue)] = [
        ("_class_name", "StableDiffusionXLPipeline"),
        ("unet", ["diffusers", "SD3Transformer2DModel"]),
        ("text_encoder_2", ["transformers", "CLIPTextModelWithProjection"]),
    ]

    @Test("refuses a folder of other classes", arguments: otherClasses)
    func refusesOtherClasses(field: String, value: JSONValue) throws {
        let folder = try Tiny.folder("sd15")
        try Tiny.edit("model_index.json", of: folder) { $0[field] = value }
        let expected = ModelError.unsupported(
            file: folder.path + "/model_index.json", pointer: "/" + field,
            value: String(decoding: value.encoded(), as: UTF8.self))
        #expect(throws: expected) { _ = try Pipeline(folder: folder.path, on: .forTests) }
    }

    @Test func refusesPartsThatDoNotFit() throws {
        let folder = try Tiny.folder("sd15")
        try FileManager.default.removeItem(atPath: folder.path + "/vae")
        try folder.copy(Repository.golden("diffusion/kl-f4/vae"))
        let expected = ModelError.unsupported(
            file: folder.path + "/unet/config.json", pointer: "/in_channels", value: "4")
        #expect(throws: expected) { _ = try Pipeline(folder: folder.path, on: .forTests) }
    }

    @Test func refusesAFolderWithoutAPart() throws {
        let folder = try Tiny.folder("sd15")
        try FileManager.default.removeItem(atPath: folder.path + "/scheduler")
        #expect(throws: ModelError.self) { _ = try Pipeline(folder: folder.path, on: .forTests) }
    }
}
