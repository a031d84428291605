import CLIP
import Images
import JSON
import Layers
import Tensors
import TestSupport
import Testing

extension Golden {
    /// The 8-bit images `image.0`, `image.1`, ….
    func images() throws -> [Image] {
        try names.filter { $0.wholeMatch(of: /image\.[0-9]+/) != nil }.map { name in
            let shape = try shape(name)
            return Image(width: shape[1], height: shape[0], pixels: try bytes(name))
        }
    }
}

@Suite struct CLIPModelTests {
    @Test("agrees with transformers", arguments: ["quick", "exact", "sharded"])
    func agreesWithTransformers(name: String) throws {
        let golden = try Golden("clip/\(name)/cases.safetensors")
        let model = try CLIPModel(folder: Repository.golden("clip/\(name)"), on: .forTests)
        #expect(model.name == name)
        let scale = try #require(Float(golden.text("logit_scale")))
        #expect(abs(model.logitScale - scale) <= 1e-6 * scale)
        let texts = model.embed(texts: try golden.texts("texts"))
        let images = model.embed(images: try golden.images())
        expectClose(texts, try golden.tensor("text.embedded"), relative: encoderTolerance, "\(name) texts")
        expectClose(images, try golden.tensor("image.embedded"), relative: encoderTolerance, "\(name) images")
        let logits = model.logitScale * matmul(images, transposed: texts)
        expectClose(logits, try golden.tensor("logits"), relative: encoderTolerance, "\(name) logits")
    }

    @Test func runsTheEmbeddedModel() throws {
        let golden = try Golden("clip/emoji.safetensors")
        let model = try CLIPModel(folder: Repository.weights("clip/emoji"), on: .forTests)
        let texts = try golden.texts("texts")
        #expect(texts.map { model.tokenizer($0).ids } == (try golden.ids()))
        let embeddedTexts = model.embed(texts: texts)
        let embeddedImages = model.embed(images: try golden.images())
        expectClose(embeddedTexts, try golden.tensor("text.embedded"), relative: encoderTolerance, "texts")
        expectClose(embeddedImages, try golden.tensor("image.embedded"), relative: encoderTolerance, "images")
        let logits = model.logitScale * matmul(embeddedImages, transposed: embeddedTexts)
        expectClose(logits, try golden.tensor("logits"), relative: encoderTolerance, "logits")
    }

    @Test func embedsEachAloneAsInABatch() throws {
        let golden = try Golden("clip/emoji.safetensors")
        let model = try CLIPModel(folder: Repository.weights("clip/emoji"), on: .forTests)
        let (texts, images) = (try golden.texts("texts"), try golden.images())
        let together = (texts: model.embed(texts: texts), images: model.embed(images: images))
        for (index, text) in texts.enumerated() {
            expectClose(model.embed(texts: [text]), together.texts[index..<index + 1], absolute: 1e-6, text)
        }
        for (index, image) in images.enumerated() {
            expectClose(model.embed(images: [image]), together.images[index..<index + 1], absolute: 1e-6)
        }
    }

    @Test func embedsNothingAsNothing() throws {
        let model = try CLIPModel(folder: Repository.golden("clip/quick"), on: .forTests)
        #expect(model.embed(texts: []).shape == [0, 12])
        #expect(model.embed(images: []).shape == [0, 12])
    }
}
