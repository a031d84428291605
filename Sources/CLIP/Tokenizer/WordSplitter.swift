/// Splits a normalised text into the words that byte pairs are merged within.
///
/// The expression is that of OpenAI's CLIP, which transformers 5.23.0 keeps in `tokenization_clip.py`:
/// `<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`
enum WordSplitter {
    private static let markers: [[Unicode.Scalar]] = ["<|startoftext|>", "<|endoftext|>"].map {
        Array($0.unicodeScalars)
    }
    private static let contractions: [[Unicode.Scalar]] = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map {
        Array($0.unicodeScalars)
    }

    /// The words in the order of the text; what stands between them is whitespace.
    static func words(in text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        var words: [ArraySlice<Unicode.Scalar>] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isSpace {
                rest = rest.dropFirst()
            } else if let marker = markers.first(where: rest.starts(with:)) {
                // The byte-level step splits once more, by GPT-2's expression, to which a marker is three words.
                let word = rest.prefix(marker.count)
                words.append(word.prefix(2))
                words.append(word.dropFirst(2).dropLast(2))
                words.append(word.suffix(2))
                rest = rest.dropFirst(marker.count)
            } else {
                let word = rest.prefix(wordLength(rest, first))
                words.append(word)
                rest = rest.dropFirst(word.count)
            }
        }
        return words
    }

    private static func wordLength(_ rest: ArraySlice<Unicode.Scalar>, _ first: Unicode.Scalar) -> Int {
        if let contraction = contractions.first(where: rest.starts(with:)) { return contraction.count }
        if first.isLetter { return rest.prefix(while: \.isLetter).count }
        if first.isNumber { return 1 }
        return rest.prefix { !$0.isSpace && !$0.isLetter && !$0.isNumber }.count
    }
}
