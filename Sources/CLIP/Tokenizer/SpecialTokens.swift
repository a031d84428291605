import JSON

/// The added tokens of a folder: those with a role, and all others that its files list.
///
/// The sources and their precedence are those of `PreTrainedTokenizerBase._from_pretrained` in transformers 5.23.0.
struct SpecialTokens {
    /// The most added tokens; a vocabulary has three, and each textual inversion adds a few.
    static let maximumCount = 10_000

    let begin: String
    let end: String
    let unknown: String
    let padding: String
    /// In the order in which they are added to the vocabulary.
    let all: [AddedToken]

    /// The roles and the defaults of `CLIPTokenizer`; the others have no default.
    private static let roles: [(name: String, fallback: String?)] = [
        ("bos_token", "<|startoftext|>"), ("eos_token", "<|endoftext|>"), ("unk_token", "<|endoftext|>"),
        ("sep_token", nil), ("pad_token", "<|endoftext|>"), ("cls_token", nil), ("mask_token", nil),
    ]

    init(_ folder: TokenizerFolder, configuration: JSONCursor, tokenizer: JSONCursor?) throws(TokenizerError) {
        var sources = SpecialTokenSources()
        try TokenizerFolder.reading(TokenizerFile.configuration) { () throws(JSONFieldError) in
            try sources.read(configuration: configuration)
        }
        if !sources.hasDecoder {
            if let map = try folder.json(of: TokenizerFile.specialTokens) {
                try TokenizerFolder.reading(TokenizerFile.specialTokens) { () throws(JSONFieldError) in
                    try sources.read(map: map)
                }
            }
            if let added = try folder.json(of: TokenizerFile.addedTokens) {
                try TokenizerFolder.reading(TokenizerFile.addedTokens) { () throws(JSONFieldError) in
                    try sources.read(addedTokens: added)
                }
            }
            if let tokenizer {
                try TokenizerFolder.reading(TokenizerFile.tokenizer) { () throws(JSONFieldError) in
                    try sources.read(tokenizer: tokenizer)
                }
            }
        }
        for (name, fallback) in Self.roles where sources.named[name] == nil {
            sources.named[name] = fallback.map { AddedToken($0, isSpecial: true) }
        }

        func content(_ role: String) -> String { sources.named[role]?.content ?? "" }
        begin = content("bos_token")
        end = content("eos_token")
        unknown = content("unk_token")
        padding = content("pad_token")
        all = sources.ordered(roles: Self.roles.map(\.name))
        guard all.count <= Self.maximumCount else {
            throw .tooMany(
                file: TokenizerFile.configuration, what: "added tokens", maximum: Self.maximumCount, actual: all.count)
        }
    }
}
