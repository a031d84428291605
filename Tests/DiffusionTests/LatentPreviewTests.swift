import Diffusion
import Foundation
import Images
import TestSupport
import Tensors
import Testing

@Suite struct LatentPreviewTests {
    private static let request = GenerationRequest(
        prompt: "a watercolour painting of a red fox", width: 128, height: 128, steps: 20, guidanceScale: 5,
        scheduler: .ddim)

    private static func pipeline() throws -> Pipeline {
        try Pipeline(folder: Repository.weights("diffusion/emoji"), on: .forTests)
    }

    /// How alike two pictures of one size are in each colour, where no colour is flat.
    private static func correlations(_ a: Image, _ b: Image) -> [Double] {
        (0..<3).map { colour in
            let pairs = stride(from: colour, to: a.pixels.count, by: 3).map {
                (Double(a.pixels[$0]), Double(b.pixels[$0]))
            }
            let count = Double(pairs.count)
            let mean = (pairs.map(\.0).reduce(0, +) / count, pairs.map(\.1).reduce(0, +) / count)
            var (aa, bb, ab) = (0.0, 0.0, 0.0)
            for (x, y) in pairs {
                aa += (x - mean.0) * (x - mean.0)
                bb += (y - mean.1) * (y - mean.1)
                ab += (x - mean.0) * (y - mean.1)
            }
            return ab / (aa * bb).squareRoot()
        }
    }

    /// How alike a preview is to a decoded picture, at the size of the latents.
    private static func correlations(ofPreview preview: Image, to end: Image) -> [Double] {
        let small = [preview, end].map { $0.resized(width: 16, height: 16, by: .bilinear) }
        return correlations(small[0], small[1])
    }

    @Test("shows the end as each scheduler nears it", arguments: SchedulerKind.allCases)
    func showsTheEnd(kind: SchedulerKind) throws {
        var request = Self.request
        request.scheduler = kind
        var generation = try Self.pipeline().plan(request).generation(seed: 5)
        #expect(generation.preview()?.width == nil)
        var previews: [Image] = []
        while try generation.next() != nil { previews.append(try #require(generation.preview())) }
        #expect(previews.allSatisfy { $0.width == 64 && $0.height == 64 })
        let end = try generation.image()
        let last = Self.correlations(ofPreview: try #require(previews.last), to: end)
        #expect(last.allSatisfy { $0 > 0.8 }, "\(last)")
    }

    @Test func showsThePictureAndNotTheNoiseInIt() throws {
        var generation = try Self.pipeline().plan(Self.request).generation(seed: 5)
        var previews: [Image] = []
        while try generation.next() != nil { previews.append(try #require(generation.preview())) }
        // A quarter of the way the latents are mostly noise; what the U-Net takes for the picture is not.
        let early = Self.correlations(ofPreview: previews[4], to: try generation.image())
        #expect(early.allSatisfy { $0 > 0.6 }, "\(early)")
    }

    @Test func isTheSameWithAnyNumberOfThreads() throws {
        let previews = try [1, 3].map { threads in
            var request = Tiny.request
            request.width = 72
            var generation = try Tiny.pipeline("sd2", threads: threads).plan(request).generation(seed: 2)
            _ = try generation.next()
            return try #require(generation.preview())
        }
        #expect(previews[0] == previews[1])
        #expect(previews[0].width == 72 && previews[0].height == 64)
    }

    @Test func keepsWhatAMaskKeeps() throws {
        var request = Tiny.request
        request.start = Tiny.start
        request.start?.mask = Mask(width: 1, height: 1, coverage: [0])
        let previews = try [Float(0), 20].map { guidance in
            request.guidanceScale = guidance
            var generation = try Tiny.pipeline("sd15").plan(request).generation(seed: 2)
            _ = try generation.next()
            return try #require(generation.preview())
        }
        #expect(previews[0] == previews[1])
    }

    @Test func isNoneWhereThePictureIsNotFinite() throws {
        // At a signal of zero a prediction of noise says nothing of the picture.
        let folder = try Tiny.folder("sd15")
        try folder.write(
            #"{"_class_name": "DDIMScheduler", "rescale_betas_zero_snr": true, "timestep_spacing": "trailing"}"#,
            to: "scheduler/scheduler_config.json")
        var generation = try Pipeline(folder: folder.path, on: .forTests).plan(Tiny.request).generation(seed: 2)
        #expect(throws: GenerationError.nonfinite(step: 1)) { _ = try generation.next() }
        #expect(generation.preview()?.width == nil)
    }
}
