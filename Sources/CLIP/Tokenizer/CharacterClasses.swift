/// The character classes of the splitting expression, in the Unicode version of the engine that runs it there.
///
/// The tokenizers library 0.23.3 links Oniguruma through onig 6.5.3, whose tables are those of Unicode 16.0.
extension Unicode.Scalar {
    /// Whether `\p{L}` matches.
    package var isLetter: Bool {
        if isASCII { return properties.isAlphabetic }
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            isAssigned(inUnicode: 16)
        default: false
        }
    }

    /// Whether `\p{N}` matches.
    package var isNumber: Bool {
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: isAssigned(inUnicode: 16)
        default: false
        }
    }

    /// Whether `\s` matches.
    package var isSpace: Bool { properties.isWhitespace }

    /// Whether `\w` of the regex crate matches (UTS #18, annex C): what a `single_word` token may not touch.
    var isWordCharacter: Bool {
        if properties.isAlphabetic || properties.isJoinControl { return true }
        return switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
        default: false
        }
    }

    /// Whether the character was there in a version of Unicode, up to its last minor version.
    package func isAssigned(inUnicode major: Int) -> Bool {
        properties.age.map { $0.major <= major } ?? false
    }
}
