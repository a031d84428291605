/// Finds added tokens in a text, as the tokenizers library's `AddedVocabulary` does.
///
/// Tokens that are not normalised are cut out of the text as written; what stands between them is normalised, piece by
/// piece, and the other tokens are cut out of that.
struct AddedVocabulary: Sendable {
    /// A stretch of a text.
    enum Segment: Equatable {
        case token(Int)
        case text([Unicode.Scalar])  // normalised
    }

    private var ids: [String: Int] = [:]
    /// How each token is matched; of two with one content the last counts.
    private var tokens: [Int: AddedToken] = [:]
    private var written = TokenTrie()
    private var normalized = TokenTrie()

    /// The largest id of an added token.
    var largestID: Int { tokens.keys.max() ?? 0 }

    /// Tokens that the vocabulary lacks get the ids after it.
    init(_ added: [AddedToken], to vocabulary: Vocabulary) {
        var contents: [String] = []
        var nextID = vocabulary.count
        for token in added where !token.content.isEmpty {
            let id = ids[token.content] ?? vocabulary[token.content] ?? nextID
            nextID = max(nextID, id + 1)
            if ids.updateValue(id, forKey: token.content) == nil { contents.append(token.content) }
            tokens[id] = token
        }
        let added = contents.compactMap { content in
            ids[content].flatMap { id in tokens[id].map { (id: id, token: $0) } }
        }
        for (id, token) in added.filter(\.token.isSpecial) + added.filter({ !$0.token.isSpecial }) {
            let content = Array(token.content.unicodeScalars)
            if token.isNormalized {
                normalized.insert(TextNormalizer.normalized(content), id: id)
            } else {
                written.insert(content, id: id)
            }
        }
    }

    /// The id of an added token.
    subscript(content: String) -> Int? { ids[content] }

    /// The added tokens in a text and the normalised stretches between them.
    func segments(of text: [Unicode.Scalar]) -> [Segment] {
        var segments: [Segment] = []
        for segment in split(text, by: written) {
            switch segment {
            case .token: segments.append(segment)
            case .text(let text): segments += split(TextNormalizer.normalized(text), by: normalized)
            }
        }
        return segments
    }

    private func split(_ text: [Unicode.Scalar], by trie: TokenTrie) -> [Segment] {
        var segments: [Segment] = []
        var taken = 0  // up to where the text is in segments
        var position = 0
        while position < text.count {
            guard let (id, end) = trie.longestMatch(in: text, at: position) else {
                position += 1
                continue
            }
            let match = position..<end
            position = end
            guard let token = tokens[id], !token.isSingleWord || isSingleWord(match, in: text) else { continue }
            let start = token.stripsLeft ? max(taken, spaceStart(before: match.lowerBound, in: text)) : match.lowerBound
            if taken < start { segments.append(.text(Array(text[taken..<start]))) }
            segments.append(.token(id))
            taken = token.stripsRight ? text[end...].firstIndex { !$0.isSpace } ?? text.count : end
        }
        if taken < text.count { segments.append(.text(Array(text[taken...]))) }
        return segments
    }

    private func isSingleWord(_ match: Range<Int>, in text: [Unicode.Scalar]) -> Bool {
        text[..<match.lowerBound].last?.isWordCharacter != true
            && text[match.upperBound...].first?.isWordCharacter != true
    }

    private func spaceStart(before position: Int, in text: [Unicode.Scalar]) -> Int {
        text[..<position].lastIndex { !$0.isSpace }.map { $0 + 1 } ?? 0
    }
}
