import CLIP
import JSON

/// The body of `feature-extraction`, whose parameters stand beside `inputs`.
struct FeatureExtractionFields {
    /// The parameters.
    static let names = ["normalize", "truncate", "truncation_direction", "encoding_format"]

    /// The texts, each of which is seen whole unless the request allows less.
    let texts: [String]
    /// Whether vectors have length 1; they do unless the request says otherwise.
    let isNormalized: Bool

    private static let maximumCount = 256
    private static let maximumLength = 32_000  // as in generation

    /// Reads one text or several for a CLIP.
    init(_ body: JSONCursor, clip: CLIPModel) throws(APIError) {
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(["inputs"] + Self.names)
            let inputs = try body.required("inputs")
            isNormalized = try body.field("normalize")?.bool() ?? true
            let truncates = try body.field("truncate")?.bool() ?? false
            _ = try body.field("truncation_direction")?.choice(of: ["right"])
            _ = try body.field("encoding_format")?.choice(of: ["float"])
            var texts: [String] = []
            for field in try Self.fields(inputs) {
                let text = try field.string(maximumLength: Self.maximumLength)
                if !truncates { try Self.checkLength(of: text, at: field.pointer, clip.tokenizer) }
                texts.append(text)
            }
            self.texts = texts
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

    private static func checkLength(
        of text: String, at pointer: String, _ tokenizer: Tokenizer
    ) throws(JSONFieldError) {
        let tokens = tokenizer(text)
        guard tokens.truncatedCount > 0 else { return }
        let count = tokens.tokenCount + tokens.truncatedCount
        throw .outOfRange(
            pointer: pointer, expected: "at most \(tokenizer.length) tokens long where 'truncate' is not true",
            actual: "\(count)")
    }
}
