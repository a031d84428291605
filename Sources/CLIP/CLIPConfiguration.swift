package import JSON

/// The sizes of a CLIP model: `config.json`.
package struct CLIPConfiguration: Sendable, Equatable {
    /// The text encoder's.
    package let text: TextConfiguration
    /// The image encoder's.
    package let vision: VisionConfiguration
    /// The width of the space that texts and images share.
    package let width: Int

    /// Reads the fields of a `CLIPModel`.
    ///
    /// Where old configurations have `text_config_dict` or `vision_config_dict`, these count, as in transformers.
    package init(_ fields: JSONCursor) throws(JSONFieldError) {
        _ = try fields.field("model_type")?.choice(of: ["clip"])
        text = try TextConfiguration(Self.part("text_config", of: fields))
        vision = try VisionConfiguration(Self.part("vision_config", of: fields))
        width = try fields.field("projection_dim")?.integer(in: 1...8192) ?? 512
    }

    private static func part(_ name: String, of fields: JSONCursor) throws(JSONFieldError) -> JSONCursor {
        if let old = fields.field(name + "_dict") { return old }
        return try fields.required(name)
    }
}
