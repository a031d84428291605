import Diffusion
import Foundation
import Images
import JSON
import Layers
import TestSupport
import Tensors
import Testing

/// An adapter of `Tools/golden_adapters.py` for a pipeline.
func goldenAdapter(_ name: String, for pipeline: Pipeline, on device: Device = .forTests) throws -> BoundAdapter {
    let path = Repository.golden("diffusion/adapters/\(name)/pytorch_lora_weights.safetensors")
    return try Adapter(name: name, contentsOf: path, on: device).bound(to: pipeline)
}

/// A U-Net's output and a picture of `Tools/golden_adapters.py`.
private struct AdaptedPicture: CustomTestStringConvertible, Sendable {
    let name: String
    let family: String
    let scales: [(adapter: String, scale: Float)]
    let seed: UInt64
    let request: GenerationRequest

    var testDescription: String { name }

    static let file = "diffusion/adapters/cases.safetensors"

    static let all: [AdaptedPicture] = {
        do {
            let cases = try JSONCursor(JSONValue(parsing: Array(Golden(file).text("cases").utf8)))
            return try cases.array().map(AdaptedPicture.init)
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    private init(_ fields: JSONCursor) throws {
        name = try fields.required("name").string()
        family = try fields.required("family").string()
        seed = UInt64(try fields.required("seed").integer())
        let adapters = try fields.required("adapters")
        scales = try adapters.object().names.map { ($0, Float(try adapters.required($0).number())) }
        request = GenerationRequest(
            prompt: try fields.required("prompt").string(), width: try fields.required("width").integer(),
            height: try fields.required("height").integer(), steps: try fields.required("steps").integer(),
            guidanceScale: Float(try fields.required("guidance_scale").number()))
    }

    func adapters(for pipeline: Pipeline) throws -> [ScaledAdapter] {
        try scales.map { ScaledAdapter(try goldenAdapter($0.adapter, for: pipeline), scale: $0.scale) }
    }
}

@Suite struct AdapterTests {
    private func request(_ adapters: [ScaledAdapter]) -> GenerationRequest {
        var request = Tiny.request
        request.adapters = adapters
        return request
    }

    private func decibels(_ a: Image, _ b: [UInt8]) -> Double {
        let squares = zip(a.pixels, b).reduce(0.0) { sum, pair in
            let difference = Double(pair.0) - Double(pair.1)
            return sum + difference * difference
        }
        return 10 * log10(255 * 255 * Double(b.count) / max(squares, 1e-9))
    }

    @Test("draws what diffusers and peft draw", arguments: AdaptedPicture.all)
    private func matchesDiffusers(picture: AdaptedPicture) throws {
        let golden = try Golden(AdaptedPicture.file)
        let pipeline = try Tiny.pipeline(picture.family)
        var request = picture.request
        request.adapters = try picture.adapters(for: pipeline)
        let image = try Tiny.image(pipeline, request, seed: picture.seed)
        #expect(try golden.shape(picture.name + ".picture") == [image.height, image.width, 3])
        let ratio = decibels(image, try golden.bytes(picture.name + ".picture"))
        #expect(ratio >= 70, "\(picture.name): \(ratio) dB")
    }

    @Test("predicts what diffusers and peft predict", arguments: AdaptedPicture.all)
    private func matchesUNet(picture: AdaptedPicture) throws {
        let pipeline = try Tiny.pipeline(picture.family)
        var unet = try UNet(folder: modelFolder("\(picture.family)/unet"), on: .forTests)
        var adapters = AdapterSet()
        for use in try picture.adapters(for: pipeline) { adapters.add(use.adapter.unet, scale: use.scale) }
        unet.adapt(&adapters)
        #expect(adapters.leftPaths == [])
        let cases = try ModelCases("\(picture.family)/unet-cases.safetensors", on: .forTests)
        let conditioning = unet.conditioning(on: try cases.tensor("context", 2, 32, unet.configuration.contextWidth))
        let output = unet(
            try cases.tensor("8x8.latents", 2, 8, 8, 4), timestep: try cases.number("8x8.timestep"),
            conditioning: conditioning)
        expectClose(
            output, try Golden(AdaptedPicture.file).tensor(picture.name + ".unet"), relative: 1e-5, picture.name)
    }

    @Test func reachesEveryLayer() throws {
        let pipeline = try Tiny.pipeline("sd15")
        let adapter = try goldenAdapter("kohya", for: pipeline)
        let layers = pipeline.adaptableLayers
        let reached = adapter.unet.keys.map { "unet." + $0 } + adapter.textEncoder.keys.map { "text_encoder." + $0 }
        #expect(Set(layers.keys) == Set(reached))
        var weights: Set<String> = []
        for file in ["unet/diffusion_pytorch_model", "text_encoder/model"] {
            let golden = try Golden("diffusion/sd15/\(file).safetensors")
            let folder = file.prefix { $0 != "/" }
            for name in golden.names where try golden.shape(name).count > 1 && !name.hasSuffix("_embedding.weight") {
                weights.insert("\(folder).\(name)")
            }
        }
        #expect(Set(layers.keys.map { $0 + ".weight" }) == weights)
        #expect(layers["unet.conv_in"] == LayerShape(inputs: 4, outputs: 16, kernel: 3))
    }

    @Test func leavesNoTraceAtScaleZeroOrAfterwards() throws {
        let pipeline = try Tiny.pipeline("sd15")
        let (kohya, config) = (try goldenAdapter("kohya", for: pipeline), try goldenAdapter("config", for: pipeline))
        let plain = try Tiny.image(pipeline, Tiny.request)
        let adapted = try Tiny.image(pipeline, request([ScaledAdapter(kohya, scale: 1)]))
        #expect(adapted != plain)
        #expect(try Tiny.image(pipeline, Tiny.request) == plain)
        #expect(
            try Tiny.image(pipeline, request([ScaledAdapter(kohya, scale: 0), ScaledAdapter(config, scale: 0)]))
                == plain)
    }

    @Test func addsInAnyOrder() throws {
        let pipeline = try Tiny.pipeline("sd15")
        let a = ScaledAdapter(try goldenAdapter("peft", for: pipeline), scale: 0.7)
        let b = ScaledAdapter(try goldenAdapter("config", for: pipeline), scale: -0.3)
        let half = ScaledAdapter(a.adapter, scale: 0.35)
        let first = try Tiny.image(pipeline, request([a, b]))
        let second = try Tiny.image(pipeline, request([b, half, half]))
        #expect(decibels(first, second.pixels) >= 60)
        #expect(decibels(first, try Tiny.image(pipeline, request([a])).pixels) < 50)
    }

    @Test func drawsTheSameBytesWithAnyNumberOfThreads() throws {
        let images = try [1, 2, 3].map { threads in
            let device = Device(threads: threads)
            let folder = try Tiny.folder("sd2")
            let pipeline = try Pipeline(folder: folder.path, on: device)
            let adapter = try goldenAdapter("linear", for: pipeline, on: device)
            return try Tiny.image(pipeline, request([ScaledAdapter(adapter, scale: 1.3)]))
        }
        #expect(images[0] == images[1] && images[1] == images[2])
    }

    @Test func allocatesNothingInAStepAfterTheFirst() throws {
        let device = Device(threads: 2)
        let folder = try Tiny.folder("sd15")
        let pipeline = try Pipeline(folder: folder.path, on: device)
        var request = request([ScaledAdapter(try goldenAdapter("kohya", for: pipeline, on: device), scale: 1)])
        request.scheduler = .ddim
        var generation = try pipeline.plan(request).generation(seed: 1)
        _ = try generation.next()
        let before = device.arenaStatistics.allocationCount
        while try generation.next() != nil {}
        #expect(device.arenaStatistics.allocationCount == before)
    }

    @Test func isTheSameRequestByNameAndScale() throws {
        let pipeline = try Tiny.pipeline("sd15")
        let (a, b) = (try goldenAdapter("peft", for: pipeline), try goldenAdapter("processor", for: pipeline))
        #expect(ScaledAdapter(a, scale: 1) == ScaledAdapter(a, scale: 1))
        #expect(ScaledAdapter(a, scale: 1) != ScaledAdapter(a, scale: 0.5))
        #expect(ScaledAdapter(a, scale: 1) != ScaledAdapter(b, scale: 1))
    }

    @Test("refuses a scale", arguments: [(4.5, "4.5"), (-5, "-5.0"), (.nan, "nan"), (.infinity, "inf")])
    func refusesAScale(scale: Float, text: String) throws {
        let pipeline = try Tiny.pipeline("sd15")
        let request = request([ScaledAdapter(try goldenAdapter("peft", for: pipeline), scale: scale)])
        #expect(throws: GenerationError.outOfRange(.adapterScale, actual: text, expected: "-4.0...4.0")) {
            _ = try pipeline.plan(request)
        }
    }
}
