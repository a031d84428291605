import JSON

/// CLIP's byte-pair tokenizer: the ids that the fast `CLIPTokenizer` of transformers 5.23.0 gives for the same folder.
package struct Tokenizer: Sendable {
    /// The number of tokens of every text, with begin, end and padding.
    package let length: Int
    /// All ids are below this; the text encoder's embedding needs as many rows.
    package let idBound: Int
    /// The token of a comma that ends a word, if there is one: where long texts are best divided.
    package let comma: Int?

    private let added: AddedVocabulary
    private let bytePairs: BytePairs
    private let begin: Int
    private let end: Int
    private let padding: Int

    /// Reads a folder with `tokenizer.json`, or with `vocab.json` and `merges.txt`.
    ///
    /// `fallbackLength` counts when `tokenizer_config.json` gives no length; 77 is that of OpenAI's models.
    package init(folder path: String, fallbackLength: Int = 77) throws(TokenizerError) {
        let folder = TokenizerFolder(path: path)
        let configuration = try TokenizerConfiguration(folder)
        let tokenizer = try folder.json(of: TokenizerFile.tokenizer)
        let (vocabulary, merges) = try Self.model(tokenizer, folder)
        let special = try SpecialTokens(folder, configuration: configuration.root, tokenizer: tokenizer)
        let added = AddedVocabulary(special.all, to: vocabulary)

        func id(_ token: String) throws(TokenizerError) -> Int {
            guard let id = added[token] else { throw .missingToken(file: vocabulary.file, token: token) }
            return id
        }
        begin = try id(special.begin)
        end = try id(special.end)
        padding = try id(special.padding)
        comma = vocabulary[",</w>"]
        bytePairs = try BytePairs(vocabulary, merges: merges, unknown: special.unknown)
        self.added = added
        length = configuration.length ?? fallbackLength
        idBound = max(vocabulary.largestID, added.largestID) + 1
    }

    /// A text as the text encoder takes it: begin, as many tokens as fit, end, padding.
    package func callAsFunction(_ text: String) -> Tokens {
        let ids = ids(of: text)
        let kept = ids.prefix(length - 2)
        return Tokens(
            ids: framed(kept), tokenCount: kept.count + 2, truncatedCount: ids.count - kept.count)
    }

    /// At most `length` - 2 tokens as the text encoder takes them: begin, the tokens, end, padding.
    package func framed(_ ids: some Collection<Int>) -> [Int] {
        precondition(ids.count <= length - 2, "\(ids.count) tokens for a length of \(length)")
        return [begin] + ids + [end] + Array(repeating: padding, count: length - 2 - ids.count)
    }

    /// All tokens of a text, without begin, end and padding.
    package func ids(of text: String) -> [Int] { tokens(of: text).ids }

    /// How many merges are considered for a text: its cost, without a clock.
    package func mergeCandidateCount(of text: String) -> Int { tokens(of: text).candidateCount }

    private func tokens(of text: String) -> (ids: [Int], candidateCount: Int) {
        var ids: [Int] = []
        var candidateCount = 0
        for segment in added.segments(of: Array(text.unicodeScalars)) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let text):
                for word in WordSplitter.words(in: text) {
                    let bytes = word.flatMap { UTF8.encode($0) ?? UTF8.encodedReplacementCharacter }
                    let tokens = bytePairs.tokens(of: bytes)
                    ids += tokens.ids
                    candidateCount += tokens.candidateCount
                }
            }
        }
        return (ids, candidateCount)
    }

    /// The vocabulary and merges; a `tokenizer.json` goes before the other files, as in transformers.
    private static func model(
        _ tokenizer: JSONCursor?, _ folder: TokenizerFolder
    ) throws(TokenizerError) -> (Vocabulary, Merges) {
        guard let tokenizer else {
            let vocabulary = try folder.requiredJSON(of: TokenizerFile.vocabulary)
            let merges = try folder.requiredBytes(of: TokenizerFile.merges)
            return (
                try Vocabulary(vocabulary, file: TokenizerFile.vocabulary),
                try Merges(lines: merges, file: TokenizerFile.merges)
            )
        }
        let file = TokenizerFile.tokenizer
        let (vocabulary, merges) = try TokenizerFolder.reading(file) { () throws(JSONFieldError) in
            let model = try tokenizer.required("model")
            _ = try model.field("type")?.choice(of: ["BPE"])
            return (try model.required("vocab"), try model.required("merges"))
        }
        return (try Vocabulary(vocabulary, file: file), try Merges(merges, file: file))
    }
}

/// A text as token ids.
package struct Tokens: Sendable, Equatable {
    /// The padded ids, of which there are always the tokenizer's `length`.
    package let ids: [Int]
    /// How many of them are the text's own, with begin and end.
    package let tokenCount: Int
    /// How many tokens of the text did not fit.
    package let truncatedCount: Int
}
