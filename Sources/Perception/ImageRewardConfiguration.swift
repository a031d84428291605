package import CLIP
package import JSON

/// The sizes of an ImageReward model: `config.json` as `Tools/convert_image_reward.py` writes it.
package struct ImageRewardConfiguration: Sendable, Equatable {
    /// The image encoder's.
    package let vision: VisionConfiguration
    /// The text encoder's.
    package let text: FusionConfiguration
    /// The features between the head's linear layers.
    package let headWidths: [Int]
    /// What is subtracted from the head's number: the mean over the authors' data.
    package let mean: Float
    /// What the difference is divided by: the standard deviation over the authors' data.
    package let deviation: Float

    // ImageReward.py of image-reward 1.5: `MLP`, and `self.mean` and `self.std` of `ImageReward`.
    private static let defaultWidths = [1024, 128, 64, 16]
    private static let defaultMean = 0.16717362830052426
    private static let defaultDeviation = 1.0333394966054072

    /// Reads the fields; what is absent has the value of ImageReward-v1.0, or of the two transformers' classes.
    package init(_ fields: JSONCursor) throws(JSONFieldError) {
        _ = try fields.required("model_type").choice(of: ["image_reward"])
        vision = try VisionConfiguration(vit: fields.required("vision"))
        text = try FusionConfiguration(fields.required("text"))
        guard text.positionCount >= ImageRewardModel.textLength else {
            throw .outOfRange(
                pointer: "/text/max_position_embeddings", expected: "at least \(ImageRewardModel.textLength)",
                actual: "\(text.positionCount)")
        }
        mean = Float(try fields.field("mean")?.number(in: -1e6...1e6) ?? Self.defaultMean)
        deviation = Float(try fields.field("std")?.number(in: 1e-6...1e6) ?? Self.defaultDeviation)
        headWidths =
            try fields.field("head_features")?.array(maximumCount: 8)
            .map { field throws(JSONFieldError) in try field.integer(in: 1...8192) } ?? Self.defaultWidths
    }
}
