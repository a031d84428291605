/// BERT's tokenizer as transformers 5.23.0 runs it (`BertTokenizer`, lower case), with BLIP's two more special tokens.
package struct WordPieceTokenizer: Sendable {
    /// The most tokens of a text, with the first and the last.
    package let length: Int
    private let vocabulary: WordPieceVocabulary

    /// Longer words are unknown: `max_input_chars_per_word` of the tokenizers library's `WordPiece`.
    private static let maximumWordLength = 100

    /// A tokenizer that cuts texts to `length` tokens.
    package init(_ vocabulary: WordPieceVocabulary, length: Int) {
        precondition(length >= 2, "texts of \(length) tokens")
        self.vocabulary = vocabulary
        self.length = length
    }

    /// A text as the encoder takes it: [CLS], as many tokens as fit, [SEP], and no padding.
    package func callAsFunction(_ text: String) -> WordPieceTokens {
        let ids = ids(of: Array(text.unicodeScalars))
        let kept = ids.prefix(length - 2)
        return WordPieceTokens(
            ids: [vocabulary.begin] + kept + [vocabulary.end], truncatedCount: ids.count - kept.count)
    }

    /// All tokens; special ones are cut out of the text as written, before it is normalised.
    private func ids(of text: [Unicode.Scalar]) -> [Int] {
        var ids: [Int] = []
        var (start, position) = (0, 0)
        while position < text.count {
            let rest = text[position...]
            if rest.first == "[", let token = vocabulary.special.first(where: { rest.starts(with: $0.content) }) {
                ids += pieces(of: text[start..<position])
                ids.append(token.id)
                position += token.content.count
                start = position
            } else {
                position += 1
            }
        }
        return ids + pieces(of: text[start...])
    }

    private func pieces(of text: ArraySlice<Unicode.Scalar>) -> [Int] {
        BERTWords.words(in: Array(text)).flatMap { pieces(ofWord: $0[...]) }
    }

    /// The longest token first, again and again; a word that leaves a rest without a token is unknown as a whole.
    private func pieces(ofWord word: ArraySlice<Unicode.Scalar>) -> [Int] {
        guard word.count <= Self.maximumWordLength else { return [vocabulary.unknown] }
        var ids: [Int] = []
        var rest = word
        while !rest.isEmpty {
            guard let match = vocabulary.longestMatch(in: rest, isStart: ids.isEmpty) else {
                return [vocabulary.unknown]
            }
            ids.append(match.id)
            rest = rest.dropFirst(match.length)
        }
        return ids
    }
}

/// A text as ids of word pieces.
package struct WordPieceTokens: Sendable, Equatable {
    /// The ids, of which there are at most the tokenizer's `length`.
    package let ids: [Int]
    /// How many tokens of the text did not fit.
    package let truncatedCount: Int
}
