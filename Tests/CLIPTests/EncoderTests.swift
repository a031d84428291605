import CLIP
import Layers
import Tensors
import TestSupport
import Testing

/// The acceptance is 1e-4 of the largest reference value; float32 sums in another order differ by much less.
let encoderTolerance: Float = 2e-6

extension Golden {
    /// The token ids of each text.
    func ids(_ name: String = "ids") throws -> [[Int]] {
        let (ids, length) = (try integers(name), try shape(name)[1])
        return stride(from: 0, to: ids.count, by: length).map { Array(ids[$0..<$0 + length]) }
    }
}

@Suite struct EncoderTests {
    @Test("encodes as transformers", arguments: ["quick", "exact", "sharded"])
    func encodesAsTransformers(name: String) throws {
        let golden = try Golden("clip/\(name)/cases.safetensors")
        let folder = Repository.golden("clip/\(name)")
        let configuration = try ConfigurationFile(folder + "/config.json").read(CLIPConfiguration.init)
        let weights = try Weights(contentsOf: folder, on: .forTests)
        let text = try TextEncoder(weights, configuration: configuration.text)(golden.ids())
        expectClose(text.hidden, try golden.tensor("text.hidden"), relative: encoderTolerance, "\(name) text.hidden")
        expectClose(text.pooled, try golden.tensor("text.pooled"), relative: encoderTolerance, "\(name) text.pooled")
        let encoder = try ImageEncoder(weights["vision_model"], configuration: configuration.vision)
        let image = encoder(try golden.tensor("pixels"))
        expectClose(image, try golden.tensor("image.pooled"), relative: encoderTolerance, "\(name) image.pooled")
    }
}

@Suite struct TextEncoderTests {
    @Test("agrees with transformers", arguments: ["text", "text-prefixed"], [13, 5, 1])
    func agreesWithTransformers(name: String, length: Int) throws {
        let golden = try Golden("clip/\(name)/cases.safetensors")
        let encoder = try TextEncoder(folder: Repository.golden("clip/\(name)"), on: .forTests)
        let encoding = encoder(try golden.ids("ids.\(length)"))
        expectClose(
            encoding.hidden, try golden.tensor("hidden.\(length)"), relative: encoderTolerance, "\(name) hidden")
        expectClose(
            encoding.pooled, try golden.tensor("pooled.\(length)"), relative: encoderTolerance, "\(name) pooled")
    }

    @Test func refusesTextsOfDifferentLengths() async {
        await #expect(processExitsWith: .failure) {
            let encoder = try TextEncoder(folder: Repository.golden("clip/text"), on: .forTests)
            _ = encoder([[1, 2], [1]])
        }
    }
}
