import CLIP
package import Images
package import Layers
package import Tensors

/// ImageReward (Xu and others 2023, arXiv 2304.05977): how well people would like an image for a prompt.
package struct ImageRewardModel: Sendable {
    /// The folder's own name.
    package let name: String
    /// The sizes and what rewards are normalised by.
    package let configuration: ImageRewardConfiguration
    /// The tokenizer of its prompts.
    package let tokenizer: WordPieceTokenizer
    private let processor: RewardImageProcessor
    private let imageEncoder: VisionTransformer
    private let textEncoder: FusionEncoder
    private let head: RewardHead
    private let device: Device

    /// The most tokens of a prompt that are read: `max_length` of `score` in ImageReward.py.
    package static let textLength = 35

    /// Reads a folder with `config.json`, `model.safetensors` and `vocab.txt`, as `Tools/convert_image_reward.py` makes it.
    package init(folder: String, on device: Device) throws(ModelError) {
        let configuration = try ConfigurationFile(folder + "/config.json").read(ImageRewardConfiguration.init)
        let vocabulary = try WordPieceVocabulary(file: folder + "/vocab.txt")
        let count = configuration.text.vocabularyCount
        guard vocabulary.idBound <= count else {
            throw .malformed(
                file: folder + "/vocab.txt",
                reason: "ids up to \(vocabulary.idBound - 1) for an encoder of \(count) tokens")
        }
        tokenizer = WordPieceTokenizer(vocabulary, length: Self.textLength)
        processor = RewardImageProcessor(side: configuration.vision.imageSize)
        (imageEncoder, textEncoder, head) = try ModelError.naming(folder) { () throws(WeightsError) in
            let weights = try Weights(contentsOf: folder, on: device)
            let imageWidth = configuration.vision.transformer.width
            let parts = (
                try VisionTransformer(weights["vision"], configuration: configuration.vision),
                try FusionEncoder(weights["text"], configuration: configuration.text, imageWidth: imageWidth),
                try RewardHead(
                    weights["head"], inputs: configuration.text.transformer.width, widths: configuration.headWidths)
            )
            try weights.requireAllRead()
            return parts
        }
        name = folder.split(separator: "/").last.map(String.init) ?? folder
        self.configuration = configuration
        self.device = device
    }

    /// The rewards of images, each for the prompt in its place; over the authors' data their mean is 0, their variance 1.
    ///
    /// A reward is not finite where a broken network makes it so.
    package func rewards(of images: [Image], for prompts: [String]) -> [Float] {
        precondition(images.count == prompts.count, "\(images.count) images for \(prompts.count) prompts")
        guard !images.isEmpty else { return [] }
        let seen = imageEncoder(processor(images, on: device))
        let width = configuration.text.transformer.width
        let fused = prompts.enumerated().map { index, prompt in
            let ids = tokenizer(prompt).ids
            let hidden = textEncoder(ids, image: seen[index..<index + 1])
            // The first token, which is [CLS]: image-reward does not put BLIP's [ENC] in its place.
            return hidden.reshaped([ids.count, width])[0..<1]
        }
        return head(Tensor.stacked(fused)).scalars.map { ($0 - configuration.mean) / configuration.deviation }
    }
}
