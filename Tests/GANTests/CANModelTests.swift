import GAN
import JSON
import Layers
import TestSupport
import Tensors
import Testing

@Suite struct CANModelTests {
    static let sizes = [64, 128, 256, 512]

    private static func load(_ size: Int, threads: Int = 2) throws -> (CANModel, Golden, Device) {
        let device = Device(threads: threads)
        let folder = "gan/\(size)"
        return (
            try CANModel(folder: Repository.golden(folder), on: device), try Golden("\(folder)/cases.safetensors"),
            device
        )
    }

    @Test("draws as PyTorch does", arguments: sizes)
    func drawsAsGolden(size: Int) throws {
        let (model, golden, device) = try Self.load(size)
        let images = model.generator(try golden.tensor("latents", on: device))
        expectClose(images, try golden.tensor("images"), relative: 1e-5, "images")
    }

    @Test("tells styles and fakes as PyTorch does", arguments: sizes)
    func judgesAsGolden(size: Int) throws {
        let (model, golden, device) = try Self.load(size)
        let (real, styles) = model.discriminator(try golden.tensor("images", on: device))
        expectClose(real, try golden.tensor("real"), relative: 1e-5, "real")
        expectClose(styles, try golden.tensor("styles"), relative: 1e-5, "styles")
    }

    @Test func drawsAnImageTheSameAloneAndOnAnyNumberOfThreads() throws {
        let (model, golden, device) = try Self.load(64)
        let latents = try golden.tensor("latents", on: device)
        let both = model.generator(latents).scalars
        #expect(model.generator(latents[1..<2]).scalars[...] == both.suffix(both.count / 2))
        let (single, _, other) = try Self.load(64, threads: 1)
        #expect(single.generator(try golden.tensor("latents", on: other)).scalars == both)
    }

    @Test("loads the embedded networks", arguments: sizes)
    func loadsEmbedded(size: Int) throws {
        let device = Device(threads: 2)
        let model = try CANModel(folder: Repository.weights("gan/emoji-\(size)"), on: device)
        #expect(model.configuration.size == size)
        #expect(model.configuration.labels.count == 12)
        let latents = Tensor((0..<100).map { Float($0 % 7) / 3 - 1 }, shape: [1, 100], on: device)
        let images = model.generator(latents)
        #expect(images.shape == [1, size, size, 3])
        #expect(images.isFinite)
        #expect(model.discriminator(images).styles.shape == [1, 12])
    }

    private static let badConfigurations: [(field: String, value: JSONValue)] = [
        ("size", 96), ("generator_channels", 100), ("labels", ["one"]),
    ]

    @Test("refuses sizes that the layer rule does not have", arguments: badConfigurations)
    func refuses(field: String, value: JSONValue) throws {
        let folder = try TemporaryFolder()
        let source = Repository.golden("gan/128")
        var config = try ConfigurationFile(source + "/config.json").root.object()
        config[field] = value
        try folder.write(JSONValue.object(config).encoded(), to: "config.json")
        for file in ["generator.safetensors", "discriminator.safetensors"] { try folder.copy("\(source)/\(file)") }
        let error = #expect(throws: ModelError.self) { _ = try CANModel(folder: folder.path, on: .forTests) }
        guard case .malformed(let file, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(file == folder.path + "/config.json")
    }

    @Test func refusesNetworksOfOtherWidths() throws {
        let folder = try TemporaryFolder()
        let source = Repository.golden("gan/64")
        var config = try ConfigurationFile(source + "/config.json").root.object()
        config["discriminator_last_channels"] = 16
        try folder.write(JSONValue.object(config).encoded(), to: "config.json")
        for file in ["generator.safetensors", "discriminator.safetensors"] { try folder.copy("\(source)/\(file)") }
        #expect(throws: ModelError.self) { _ = try CANModel(folder: folder.path, on: .forTests) }
    }
}

/// The paper's layers, as arXiv 2407.12009's figures 1 to 8 have them.
@Suite struct CANConfigurationTests {
    private static let papers: [(size: Int, generator: [Int], discriminator: [Int])] = [
        (512, [2048, 1024, 512, 256, 128, 64, 32], [32, 64, 128, 256, 512, 512, 512]),
        (256, [2048, 1024, 512, 256, 128, 64], [32, 64, 128, 256, 512, 512]),
        (128, [2048, 1024, 512, 256, 128], [32, 64, 128, 512, 512]),
        (64, [2048, 1024, 512, 256], [32, 64, 512, 512]),
    ]

    @Test("has the paper's layers", arguments: papers)
    func layers(size: Int, generator: [Int], discriminator: [Int]) throws {
        let fields: JSONValue = ["size": .integer(Int64(size)), "labels": ["a", "b"]]
        let configuration = try CANConfiguration(JSONCursor(fields))
        #expect(configuration.followsTheRule)
        #expect(configuration.generatorLayers == generator)
        #expect(configuration.discriminatorLayers == discriminator)
    }
}
