import JSON

/// What `tokenizer_config.json` says besides the special tokens.
struct TokenizerConfiguration {
    /// From here on `model_max_length` means that there is none (transformers' `LARGE_INTEGER`).
    private static let noLength = 1e20
    /// The begin and end tokens must fit; CLIP models have 77 positions, Long-CLIP 248.
    private static let lengths = 2...65_536

    /// The whole document, for the special tokens in it.
    let root: JSONCursor
    /// The number of tokens of a padded text; nil when the file does not say.
    let length: Int?

    init(_ folder: TokenizerFolder) throws(TokenizerError) {
        let file = TokenizerFile.configuration
        let root = try folder.json(of: file) ?? JSONCursor([:])
        self.root = root
        length = try TokenizerFolder.reading(file) { () throws(JSONFieldError) in
            guard let field = root.field("model_max_length"), try field.number() < Self.noLength else { return nil }
            return try field.integer(in: Self.lengths)
        }
        // Either value of these is a tokenizer that transformers can build and this is not.
        try Self.require(root, "padding_side", "right")
        try Self.require(root, "truncation_side", "right")
        try Self.require(root, "split_special_tokens", false)
        // Older versions of transformers wrote the second name.
        if root.field("tokenizer_class")?.value != "CLIPTokenizerFast" {
            try Self.require(root, "tokenizer_class", "CLIPTokenizer")
        }
    }

    private static func require(_ root: JSONCursor, _ name: String, _ value: JSONValue) throws(TokenizerError) {
        guard let field = root.field(name), field.value != value else { return }
        throw .unsupported(
            file: TokenizerFile.configuration, pointer: field.pointer,
            value: String(decoding: field.value.encoded(), as: UTF8.self))
    }
}
