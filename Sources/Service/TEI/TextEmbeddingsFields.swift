import JSON

/// What a request to `/embed` says.
struct TextEmbeddingsFields {
    /// The texts, in order.
    let texts: [String]
    /// Whether the vectors are scaled to length 1.
    let isNormalized: Bool
    /// Which end of a text that is too long may be cut off; nil if none may.
    let cut: EmbeddedTexts.Cut?
    /// How many numbers a vector is to have.
    let dimensions: JSONCursor?

    /// Text Embeddings Inference's own default of `--max-client-batch-size`.
    static let maximumCount = 32

    /// Reads a request's body.
    init(_ body: JSONCursor) throws(APIError) {
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(["inputs", "normalize", "truncate", "truncation_direction", "dimensions"])
            texts = try EmbeddingFields.texts(of: body.required("inputs"), maximumCount: Self.maximumCount)
            isNormalized = try body.field("normalize")?.bool() ?? true
            let isCut = try body.field("truncate")?.bool() ?? false
            let side = try body.field("truncation_direction")?.choice(of: ["left", "right", "Left", "Right"])
            cut = isCut ? (side?.lowercased() == "left" ? .beginning : .end) : nil
            dimensions = body.field("dimensions")
        } catch {
            throw APIError(error)
        }
    }
}
