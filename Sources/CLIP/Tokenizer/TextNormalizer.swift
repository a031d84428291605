/// What CLIP does to a text before it is split: NFC, one space for each run of whitespace, lower case.
enum TextNormalizer {
    /// The normalised text.
    ///
    /// Lower case is a mapping of each scalar alone (Rust's `char::to_lowercase`): a final sigma stays σ.
    static func normalized(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(text.count)
        var isInSpace = false
        for scalar in CanonicalComposition.composed(text) {
            if scalar.isSpace {
                if !isInSpace { result.append(" ") }
                isInSpace = true
                continue
            }
            isInSpace = false
            switch scalar {
            case "A"..."Z": result.append(Unicode.Scalar(UInt8(scalar.value) + 32))
            case "\0"..."\u{7F}": result.append(scalar)
            default: result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return result
    }
}
