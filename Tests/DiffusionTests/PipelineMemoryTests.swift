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

    @Test func decodesInTwiceTheMemoryOfTheLargestMap() throws {
        let (autoencoder, device) = try loadedAutoencoder()
        let before = device.arenaStatistics.liveBytes
        decode(autoencoder, MapSize(64, 96), on: device)
        // What the last up-sampling makes has 16 channels of the 8 that its level ends in.
        let largest = 256 * 384 * 16 * MemoryLayout<Float>.size
        #expect(Double(device.arenaStatistics.peakLiveBytes - before) < 2.2 * Double(largest))
    }

    @Test func holdsLittleMoreThanWasAliveAtOnceWhateverTheSizes() throws {
        let (autoencoder, device) = try loadedAutoencoder()
        let before = device.arenaStatistics
        for size in [MapSize(64, 64), MapSize(64, 96), MapSize(80, 56), MapSize(48, 88)] {
            decode(autoencoder, size, on: device)
        }
        let (held, alive) = (device.arenaStatistics.heldBytes, device.arenaStatistics.peakLiveBytes)
        #expect(Double(held - before.heldBytes) < 1.5 * Double(alive - before.liveBytes))
        let allocationCount = device.arenaStatistics.allocationCount
        decode(autoencoder, MapSize(64, 96), on: device)
        #expect(device.arenaStatistics.allocationCount == allocationCount)
    }

    private func loadedAutoencoder() throws -> (Autoencoder, Device) {
        let device = Device(threads: 2, precision: .bf16)
        return (try Autoencoder(folder: modelFolder("kl-f4/vae"), on: device), device)
    }

    private func decode(_ autoencoder: Autoencoder, _ size: MapSize, on device: Device) {
        let shape = [1, size.height, size.width, autoencoder.latentChannels]
        let image = autoencoder.decode(Tensor(noise(shape.reduce(1, *)), shape: shape, on: device))
        #expect(image.isFinite)
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
