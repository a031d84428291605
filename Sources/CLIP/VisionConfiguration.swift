package import JSON

/// The sizes of an image encoder, such as `vision_config` of a `CLIPModel`.
package struct VisionConfiguration: Sendable, Equatable {
    /// The transformer's own sizes.
    package let transformer: TransformerConfiguration
    /// The side of the images, in pixels.
    package let imageSize: Int
    /// The side of a patch, in pixels.
    package let patchSize: Int

    /// How many patches an image is cut into; what is left over at the right and below is not seen.
    package var patchCount: Int { (imageSize / patchSize) * (imageSize / patchSize) }

    /// Reads the fields; what is absent has the value of transformers' `CLIPVisionConfig`.
    package init(_ fields: JSONCursor) throws(JSONFieldError) {
        let transformer = try TransformerConfiguration(fields, defaultWidth: 768, defaultHeadCount: 12)
        try self.init(fields, transformer: transformer, defaultPatchSize: 32)
    }

    /// Reads the sizes of the image beside those of the transformer.
    package init(
        _ fields: JSONCursor, transformer: TransformerConfiguration, defaultPatchSize: Int
    ) throws(JSONFieldError) {
        self.transformer = transformer
        imageSize = try fields.field("image_size")?.integer(in: 1...1024) ?? 224
        patchSize = try fields.field("patch_size")?.integer(in: 1...imageSize) ?? defaultPatchSize
        _ = try fields.field("num_channels")?.integer(in: 3...3)
    }
}
