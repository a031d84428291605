import Diffusion
import TestSupport
import Tensors
import Testing

@Suite struct PipelineMemoryTests {
    @Test(
        "tells before loading what a pipeline will take", arguments: ["emoji", "sd15", "sd2"], Precision.allCases)
    func foretellsMemory(family: String, precision: Precision) throws {
        let tiny = family == "emoji" ? nil : try Tiny.folder(family)
        let folder = tiny?.path ?? Repository.weights("diffusion/\(family)")
        let device = Device(threads: 1, precision: precision)
        let told = try PipelineSummary(folder: folder, on: device).byteCount
        let pipeline = try Pipeline(folder: folder, on: device)
        try layOutTheEncoder(pipeline)
        let held = withExtendedLifetime(pipeline) { device.arenaStatistics.liveBytes }
        // Every tensor takes a whole number of cache lines, which vectors of these models do not fill.
        #expect(abs(held - told) <= held / 200, "\(told) bytes for \(held)")
        #expect(pipeline.parts.reduce(0) { $0 + $1.byteCount } == told)
    }

    /// Has a picture encoded, since the encoder's weights are laid out when they are first needed: previews need them.
    private func layOutTheEncoder(_ pipeline: Pipeline) throws {
        let request = GenerationRequest(
            prompt: "a fox", width: 64, height: 64, steps: 1, guidanceScale: 1, scheduler: .ddim)
        var generation = try pipeline.plan(request).generation(seed: 1)
        _ = try generation.next()
        _ = generation.preview()
    }
}
