import CLIP
import Images
import JSON
import Layers
import Perception
import TestSupport
import Tensors
import Testing

@Suite struct ImageRewardModelTests {
    private let golden: Golden
    private let prompts: [String]
    private let images: [Image]
    private let model: ImageRewardModel

    init() throws {
        golden = try Golden("perception/image_reward/cases.safetensors")
        prompts = try golden.texts("prompts")
        images = try golden.images()
        model = try ImageRewardModel(folder: Repository.golden("perception/image_reward"), on: .forTests)
    }

    @Test func rewardsAsTheReference() throws {
        #expect(model.name == "image_reward")
        expectClose(
            model.rewards(of: images, for: prompts), try golden.floats("rewards"), relative: tolerance, "rewards")
    }

    @Test func preparesImagesAsTorchvision() throws {
        let processor = RewardImageProcessor(side: model.configuration.vision.imageSize)
        expectClose(processor(images, on: .forTests), try golden.tensor("pixels"), absolute: 1e-6, "pixels")
    }

    @Test func encodesImagesAndTextsAsTransformersBLIP() throws {
        let weights = try Weights(contentsOf: Repository.golden("perception/image_reward"), on: .forTests)
        let configuration = model.configuration
        let vision = try VisionTransformer(weights["vision"], configuration: configuration.vision)
        let seen = vision(try golden.tensor("pixels"))
        expectClose(seen, try golden.tensor("seen"), relative: tolerance, "seen")
        let text = try FusionEncoder(
            weights["text"], configuration: configuration.text,
            imageWidth: configuration.vision.transformer.width)
        let (mask, expected) = (try golden.integers("mask"), try golden.tensor("hidden"))
        for (index, prompt) in prompts.enumerated() {
            let ids = model.tokenizer(prompt).ids
            #expect(ids.count == mask[index * 35..<(index + 1) * 35].reduce(0, +))
            let hidden = text(ids, image: seen[index..<index + 1])
            // What the reference makes of padding is not looked at.
            let row = expected[index..<index + 1].reshaped([35, hidden.shape[2]])[0..<ids.count]
            expectClose(hidden.reshaped(row.shape), row, relative: tolerance, prompt)
        }
    }

    @Test func rewardsAnImageTheSameAloneAndOnAnyNumberOfThreads() throws {
        let together = model.rewards(of: images, for: prompts)
        #expect(zip(images, prompts).flatMap { model.rewards(of: [$0], for: [$1]) } == together)
        let reversed = model.rewards(of: images.reversed(), for: prompts.reversed())
        #expect(reversed == together.reversed())
        let single = try ImageRewardModel(
            folder: Repository.golden("perception/image_reward"), on: Device(threads: 1))
        #expect(single.rewards(of: images, for: prompts) == together)
        #expect(model.rewards(of: [], for: []) == [])
    }

    @Test func refusesAnImageWithoutAPrompt() async {
        await #expect(processExitsWith: .failure) {
            let model = try ImageRewardModel(folder: Repository.golden("perception/image_reward"), on: .forTests)
            let image = Image(width: 1, height: 1, pixels: [0, 0, 0])
            _ = model.rewards(of: [image, image], for: ["a fox"])
        }
    }

    @Test func hasThePublishedSizesWhereTheFolderSaysNone() throws {
        let fields: JSONValue = ["model_type": "image_reward", "vision": [:], "text": [:]]
        let configuration = try ImageRewardConfiguration(JSONCursor(fields))
        #expect(configuration.headWidths == [1024, 128, 64, 16])
        #expect(configuration.mean == 0.16717362830052426)
        #expect(configuration.deviation == 1.0333394966054072)
        #expect(configuration.text.vocabularyCount == 30_524)
        #expect(configuration.text.positionCount == 512)
        #expect(configuration.text.transformer.headCount == 12)
        #expect(configuration.text.transformer.epsilon == 1e-12)
        #expect(configuration.vision.patchSize == 16)
    }
}
