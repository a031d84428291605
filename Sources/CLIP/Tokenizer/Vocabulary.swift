import JSON

/// The ids of the tokens, as `vocab.json` or the model of a `tokenizer.json` gives them.
struct Vocabulary: Sendable {
    /// The most tokens, and the bound of their ids; CLIP has 49,408.
    static let maximumCount = 200_000

    /// The file that it came from, as errors name it.
    let file: String
    private let ids: [String: Int]

    /// The number of tokens.
    var count: Int { ids.count }
    /// The largest id.
    var largestID: Int { ids.values.max() ?? 0 }

    init(_ tokens: JSONCursor, file: String) throws(TokenizerError) {
        let fields = try TokenizerFolder.reading(file) { () throws(JSONFieldError) in try tokens.object() }.fields
        guard fields.count <= Self.maximumCount else {
            throw .tooMany(file: file, what: "tokens", maximum: Self.maximumCount, actual: fields.count)
        }
        var ids: [String: Int] = [:]
        ids.reserveCapacity(fields.count)
        var taken = [Bool](repeating: false, count: Self.maximumCount)
        for (token, value) in fields {
            let id = try TokenizerFolder.reading(file) { () throws(JSONFieldError) in
                try Self.id(value, of: token, in: tokens)
            }
            // The second test is for canonically equivalent spellings, which `String` holds to be one.
            guard !taken[id], ids.updateValue(id, forKey: token) == nil else {
                throw .repeated(file: file, token: token, id: id)
            }
            taken[id] = true
        }
        self.file = file
        self.ids = ids
    }

    private static func id(_ value: JSONValue, of token: String, in tokens: JSONCursor) throws(JSONFieldError) -> Int {
        let range = 0...(maximumCount - 1)
        do throws(JSONFieldError) {
            return try JSONCursor(value).integer(in: range)
        } catch {
            // Of all tokens only the place of one whose id is wrong is written out.
            return try JSONCursor(value, pointer: tokens.pointer(to: token)).integer(in: range)
        }
    }

    /// The id of a token.
    subscript(token: String) -> Int? { ids[token] }
}
