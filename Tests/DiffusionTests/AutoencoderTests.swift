import Diffusion
import TestSupport
import Tensors
import Testing

@Suite struct AutoencoderTests {
    static let folders = ["sd15/vae", "turbo/vae", "kl-f4/vae", "taesd/vae", "emoji/vae", "emoji/vae_tiny"]
    static let imageSizes = [MapSize(32, 32), MapSize(24, 40)]
    static let latentSizes = [MapSize(4, 4), MapSize(3, 5)]

    private static func load(_ folder: String) throws -> (Autoencoder, ModelCases, Device) {
        let device = Device(threads: 2)
        let autoencoder = try Autoencoder(folder: modelFolder(folder), on: device)
        return (autoencoder, try ModelCases("\(folder)-cases.safetensors", on: device), device)
    }

    @Test("encodes as diffusers does", arguments: folders, imageSizes)
    func encodesAsGolden(folder: String, size: MapSize) throws {
        let (autoencoder, cases, _) = try Self.load(folder)
        let (name, factor) = (size.testDescription, autoencoder.factor)
        let latents = autoencoder.encode(try cases.tensor("\(name).image", 2, size.height, size.width, 3))
        let shape = [2, size.height / factor, size.width / factor, autoencoder.latentChannels]
        expectClose(
            latents.mean, try cases.tensor("\(name).mean", shape[0], shape[1], shape[2], shape[3]), relative: 1e-5,
            "mean")
        #expect((latents.logVariance != nil) == cases.contains("\(name).logVariance"))
        if let logVariance = latents.logVariance {
            let expected = try cases.tensor("\(name).logVariance", shape[0], shape[1], shape[2], shape[3])
            expectClose(logVariance, expected, relative: 1e-5, "log-variance")
        }
    }

    @Test func laysTheEncoderOutWhenItFirstEncodes() throws {
        let (autoencoder, cases, device) = try Self.load("sd15/vae")
        let loaded = device.arenaStatistics.liveBytes
        _ = autoencoder.decode(try cases.tensor("4x4.latents", 2, 4, 4, autoencoder.latentChannels))
        #expect(device.arenaStatistics.liveBytes == loaded)
        let image = try cases.tensor("32x32.image", 2, 32, 32, 3)
        let first = autoencoder.encode(image).mean.scalars
        let laidOut = device.arenaStatistics.liveBytes
        #expect(laidOut > loaded)
        #expect(autoencoder.encode(image).mean.scalars == first)
        #expect(device.arenaStatistics.liveBytes == laidOut)
    }

    @Test("decodes as diffusers does", arguments: folders, latentSizes)
    func decodesAsGolden(folder: String, size: MapSize) throws {
        let (autoencoder, cases, _) = try Self.load(folder)
        let (name, factor) = (size.testDescription, autoencoder.factor)
        let image = autoencoder.decode(
            try cases.tensor("\(name).latents", 2, size.height, size.width, autoencoder.latentChannels))
        let expected = try cases.tensor("\(name).decoded", 2, factor * size.height, factor * size.width, 3)
        expectClose(image, expected, relative: 1e-5, "decoded")
    }

    @Test func readsTheFactorsOfItsConfiguration() throws {
        let (stable, _, _) = try Self.load("sd15/vae")
        #expect(stable.factor == 8 && stable.latentChannels == 4)
        #expect(stable.scalingFactor == 0.18215 && stable.shiftFactor == 0)
        let (shallow, _, _) = try Self.load("kl-f4/vae")
        #expect(shallow.factor == 4 && shallow.latentChannels == 3)
        #expect(shallow.scalingFactor == 1.5305 && shallow.shiftFactor == 0.0609)
        let (tiny, _, _) = try Self.load("taesd/vae")
        #expect(tiny.factor == 8 && tiny.scalingFactor == 1 && tiny.shiftFactor == 0)
    }

    @Test func decodesTheSameOnAnyNumberOfThreads() throws {
        let folder = Repository.golden("diffusion/sd15/vae")
        let decoded = try [1, 2, 3].map { threads in
            let device = Device(threads: threads)
            let latents = try ModelCases("sd15/vae-cases.safetensors", on: device).tensor("3x5.latents", 2, 3, 5, 4)
            return try Autoencoder(folder: folder, on: device).decode(latents).scalars
        }
        #expect(decoded[1] == decoded[0])
        #expect(decoded[2] == decoded[0])
    }
}
