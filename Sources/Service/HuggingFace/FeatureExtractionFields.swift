import CLIP
import JSON

/// The body of `feature-extraction`, whose parameters stand beside `inputs`.
struct FeatureExtractionFields {
    /// The parameters.
    static let names = ["normalize", "truncate", "truncation_direction", "encoding_format"]

    /// The texts, none of which is cut unless the request allows it.
    let texts: EmbeddedTexts
    /// Whether vectors have length 1; they do unless the request says otherwise.
    let isNormalized: Bool

    private static let maximumCount = 256
    private static let maximumLength = 32_000  // as in generation

    /// Reads one text or several for a CLIP.
    init(_ body: JSONCursor, tokenizer: Tokenizer) throws(APIError) {
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(["inputs"] + Self.names)
            let fields = try Self.fields(body.required("inputs"))
            isNormalized = try body.field("normalize")?.bool() ?? true
            let isCuttable = try body.field("truncate")?.bool() ?? false
            let direction = try body.field("truncation_direction")?.choice(of: ["left", "right"])
            _ = try body.field("encoding_format")?.choice(of: ["float"])
            var texts: [String] = []
            for field in fields { texts.append(try field.string(maximumLength: Self.maximumLength)) }
            self.texts = EmbeddedTexts(texts, by: tokenizer, cutting: direction == "left" ? .beginning : .end)
            if !isCuttable, let (index, count) = self.texts.cutCounts.first {
                throw .outOfRange(
                    pointer: fields[index].pointer,
                    expected: "at most \(tokenizer.length) tokens long where 'truncate' is not true",
                    actual: "\(tokenizer.length + count)")
            }
        } catch {
            throw APIError(error)
        }
    }

    private static func fields(_ inputs: JSONCursor) throws(JSONFieldError) -> [JSONCursor] {
        guard case .array = inputs.value else { return [inputs] }
        let fields = try inputs.array(maximumCount: maximumCount)
        guard !fields.isEmpty else {
            throw .outOfRange(pointer: inputs.pointer, expected: "a text, or at least one in an array", actual: "empty")
        }
        return fields
    }
}
