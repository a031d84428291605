package import JSON

/// The sizes of a creative adversarial network's generator and discriminator: a folder's `config.json`.
///
/// The layer rule is that of arXiv 2407.12009, figures 1 to 8; the widths there are the defaults.
package struct CANConfiguration: Sendable, Equatable {
    /// The side of the images in pixels: 64, 128, 256 or 512.
    package let size: Int
    /// How many numbers an image is drawn from.
    package let latentSize: Int
    /// The channels after the generator's first layer, of 4x4; each further layer has half of them.
    package let generatorChannels: Int
    /// The channels after the discriminator's first layer; further layers double them.
    package let discriminatorFirstChannels: Int
    /// What the discriminator's channels are capped at, and end with.
    package let discriminatorLastChannels: Int
    /// The features of the style head's two hidden layers.
    package let styleHeadFeatures: [Int]
    /// The styles, in the order of the style head's logits.
    package let labels: [String]

    private static let sizes = ["64": 64, "128": 128, "256": 256, "512": 512]
    private static let maximumStyleCount = 256

    /// Reads the fields; widths that are absent are the paper's.
    package init(_ fields: JSONCursor) throws(JSONFieldError) {
        size = try fields.required("size").integer(in: 64...512)
        latentSize = try fields.field("latent_size")?.integer(in: 1...4096) ?? 100
        generatorChannels = try fields.field("generator_channels")?.integer(in: 64...8192) ?? 2048
        discriminatorFirstChannels = try fields.field("discriminator_first_channels")?.integer(in: 1...2048) ?? 32
        discriminatorLastChannels = try fields.field("discriminator_last_channels")?.integer(in: 1...2048) ?? 512
        var features: [Int] = []
        for field in try fields.field("style_head_features")?.array(maximumCount: 2) ?? [] {
            features.append(try field.integer(in: 1...8192))
        }
        styleHeadFeatures = features.count == 2 ? features : [1024, 512]
        var labels: [String] = []
        for label in try fields.required("labels").array(maximumCount: Self.maximumStyleCount) {
            labels.append(try label.string(maximumLength: 200))
        }
        self.labels = labels
    }

    /// Whether the layer rule has such a network: the size a power of two, and a generator that can be halved so often.
    package var followsTheRule: Bool {
        Self.sizes.values.contains(size) && generatorChannels % (size / 8) == 0 && labels.count >= 2
    }

    /// The generator's channels after each of its hidden layers, whose maps have sides of 4 to size / 2.
    package var generatorLayers: [Int] {
        sequence(first: (4, generatorChannels)) { ($0.0 * 2, $0.1 / 2) }.prefix { $0.0 < size }.map(\.1)
    }

    /// The discriminator's channels after each of its layers, the last of which have maps of 4x4.
    package var discriminatorLayers: [Int] {
        let doublings = size.trailingZeroBitCount - 5  // 512: 4, 256: 3, 128: 2, 64: 1
        let rising = (0...doublings).map { min(discriminatorFirstChannels << $0, discriminatorLastChannels) }
        return rising + [discriminatorLastChannels, discriminatorLastChannels]
    }
}
