import Images
package import JSON

/// What a request for embeddings says, in the shape of the OpenAI API.
package struct EmbeddingFields: Sendable {
    /// How a vector is written.
    package enum Encoding: String, Sendable, CaseIterable {
        case float
        /// Of little-endian single precision, which is what the OpenAI SDKs ask for.
        case base64
    }

    /// The CLIP, if the request names one.
    let model: String?
    /// The texts, in order.
    let texts: [String]
    /// Whether the texts came as a list.
    let isList: Bool
    /// The pictures that come after the texts.
    let images: [Image]
    /// How the vectors are written.
    let encoding: Encoding
    /// How many numbers a vector is to have.
    let dimensions: JSONCursor?

    /// OpenAI's documented limit.
    private static let maximumCount = 2048
    private static let maximumLength = 32_000  // as that of prompts
    /// Of all texts: far more than a CLIP sees of the most that there may be.
    private static let maximumTotalLength = 1 << 20

    /// Reads a request's body.
    package init(_ body: JSONCursor) throws(APIError) {
        let pictures: [JSONCursor]
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(["model", "input", "images", "encoding_format", "dimensions", "user"])
            model = try body.field("model")?.string(maximumLength: 256)
            let encoding = try body.field("encoding_format")?.choice(of: Encoding.allCases.map(\.rawValue))
            self.encoding = encoding.flatMap(Encoding.init) ?? .float
            dimensions = body.field("dimensions")
            _ = try body.field("user")?.string()
            pictures = try body.field("images")?.array(maximumCount: UploadedImages.maximumCount) ?? []
        } catch {
            throw APIError(error)
        }
        isList = body.field("input").map { if case .array = $0.value { true } else { false } } ?? true
        texts = try Self.texts(body, areRequired: pictures.isEmpty)
        var uploaded = UploadedImages()
        for picture in pictures { try uploaded.append(picture) }
        images = uploaded.images
    }

    private static func texts(_ body: JSONCursor, areRequired: Bool) throws(APIError) -> [String] {
        do throws(JSONFieldError) {
            guard let field = areRequired ? try body.required("input") : body.field("input") else { return [] }
            return try Self.texts(of: field, maximumCount: maximumCount)
        } catch {
            // Ids come from another tokenizer, and mean nothing to this one.
            guard case .wrongType = error, error.pointer != "/input" else { throw APIError(error) }
            throw APIError(.wrongType, "must be a text: token ids are not taken", at: .pointer(error.pointer))
        }
    }

    /// A text, or a list of at least one.
    static func texts(of field: JSONCursor, maximumCount: Int) throws(JSONFieldError) -> [String] {
        guard case .array = field.value else { return [try field.string(maximumLength: maximumLength)] }
        var texts: [String] = []
        for element in try field.array(maximumCount: maximumCount) {
            texts.append(try element.string(maximumLength: maximumLength))
        }
        guard !texts.isEmpty else {
            throw .outOfRange(pointer: field.pointer, expected: "a text, or at least one in a list", actual: "empty")
        }
        let length = texts.reduce(0) { $0 + $1.unicodeScalars.count }
        guard length <= maximumTotalLength else {
            throw .tooLong(pointer: field.pointer, maximum: maximumTotalLength, actual: length)
        }
        return texts
    }
}
