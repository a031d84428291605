import CLIP

/// Normalises a text and splits it into words as BERT does (`BertNormalizer`, `BertPreTokenizer` of tokenizers 0.23.3).
///
/// The library's character classes are those of its crate unicode_categories 0.1.1, which has Unicode 8.0.
package enum BERTWords {
    /// The words: lower case, without accents; each ideograph and each punctuation mark is a word of its own.
    package static func words(in text: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = []
        var word: [Unicode.Scalar] = []
        for scalar in normalized(text) {
            let isPunctuation = scalar.isBERTPunctuation
            if !isPunctuation && !scalar.isSpace {
                word.append(scalar)
                continue
            }
            if !word.isEmpty { words.append(word) }
            word = []
            if isPunctuation { words.append([scalar]) }
        }
        return word.isEmpty ? words : words + [word]
    }

    /// Control characters dropped, ideographs set apart, accents dropped, lower case.
    private static func normalized(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var cleaned: [Unicode.Scalar] = []
        cleaned.reserveCapacity(text.count)
        for scalar in text where !scalar.isBERTControl {
            if scalar.isBERTIdeograph {
                cleaned += [" ", scalar, " "]
            } else {
                cleaned.append(scalar.isSpace ? " " : scalar)
            }
        }
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(cleaned.count)
        for scalar in CanonicalComposition.decomposed(cleaned) where !scalar.isBERTMark {
            switch scalar {
            case "A"..."Z": result.append(Unicode.Scalar(UInt8(scalar.value) + 32))
            case "\0"..."\u{7F}": result.append(scalar)
            // A mapping of each scalar alone (Rust's `char::to_lowercase`): a final sigma stays σ.
            default: result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// Whether `do_clean_text` drops it: control, format and private characters, but not what separates lines.
    fileprivate var isBERTControl: Bool {
        switch self {
        case "\t", "\n", "\r": return false
        case "\u{FFFD}": return true
        default: break
        }
        return switch properties.generalCategory {
        case .control, .privateUse: true
        case .format: isAssigned(inUnicode: 8)
        default: false
        }
    }

    /// `is_chinese_char`, in which 0x2B820...0x2B91F are missing.
    fileprivate var isBERTIdeograph: Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// Whether `do_strip_accents` drops it: a mark that takes no space.
    fileprivate var isBERTMark: Bool {
        switch self {
        case _ where value < 0x300: false
        // These became marks since, or became others.
        case "\u{1885}", "\u{1886}", "\u{A9BD}", "\u{111C9}": false
        case "\u{1734}", "\u{1171E}": true
        default: properties.generalCategory == .nonspacingMark && isAssigned(inUnicode: 8)
        }
    }

    /// `is_bert_punc`: ASCII's symbols, too.
    fileprivate var isBERTPunctuation: Bool {
        switch self {
        case "!"..."/", ":"..."@", "["..."`", "{"..."~": return true
        case "\0"..."\u{7F}": return false
        case "\u{166D}", "\u{111C9}": return true  // These became others since.
        default: break
        }
        return switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            isAssigned(inUnicode: 8)
        default: false
        }
    }
}
