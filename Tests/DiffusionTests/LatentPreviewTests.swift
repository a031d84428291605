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

    @Test func showsTheEndFromEarlyOn() throws {
        var generation = try Self.pipeline().plan(Self.request).generation(seed: 5)
        #expect(generation.preview() == nil)
        var previews: [Image] = []
        while try generation.next() != nil { previews.append(try #require(generation.preview())) }
        let size = (width: previews[0].width, height: previews[0].height)
        #expect(size == (64, 64))
        let end = try generation.image().resized(width: size.width, height: size.height, by: .bilinear)
        let atEnd = Self.correlations(try #require(previews.last), end)
        #expect(atEnd.allSatisfy { $0 > 0.8 }, "\(atEnd)")
        // The latents are mostly noise then; what the U-Net takes for the picture is not.
        let early = Self.correlations(previews[4], end)
        #expect(early.allSatisfy { $0 > 0.5 }, "\(early)")
    }

    @Test("previews with each scheduler", arguments: SchedulerKind.allCases)
    func previewsWithEachScheduler(kind: SchedulerKind) throws {
        var request = Self.request
        request.scheduler = kind
        request.steps = 10
        var generation = try Self.pipeline().plan(request).generation(seed: 5)
        var previews: [Image] = []
        while try generation.next() != nil { previews.append(try #require(generation.preview())) }
        let end = try generation.image().resized(width: 64, height: 64, by: .bilinear)
        let (first, last) = (Self.correlations(previews[3], end), Self.correlations(previews[previews.count - 1], end))
        print(kind, first, last)
    }
}
