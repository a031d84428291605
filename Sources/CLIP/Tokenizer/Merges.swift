import JSON

/// The pairs of tokens to join, the most urgent first.
struct Merges {
    private static let maximumCount = Vocabulary.maximumCount

    /// The file that they came from, as errors name it.
    let file: String
    let pairs: [(left: String, right: String)]

    /// Reads `merges.txt`: two tokens a line, with a space between, and any number of `#version` lines.
    init(lines bytes: [UInt8], file: String) throws(TokenizerError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(file: file, reason: "the text is not UTF-8")
        }
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        var pairs: [(String, String)] = []
        for line in lines where !line.starts(with: "#version".utf8) {
            let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            pairs.append(try Self.pair(Substring(content), number: pairs.count + 1, file: file))
        }
        try self.init(pairs, file: file)
    }

    /// Reads the merges of a `tokenizer.json`: either a string for each, as in `merges.txt`, or an array of two.
    init(_ merges: JSONCursor, file: String) throws(TokenizerError) {
        let elements = try TokenizerFolder.reading(file) { () throws(JSONFieldError) in try merges.array() }
        var pairs: [(String, String)] = []
        for (index, element) in elements.enumerated() {
            switch element.value {
            case .string(let text): pairs.append(try Self.pair(text[...], number: index + 1, file: file))
            case .array(let parts):
                guard parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] else {
                    throw .malformedMerge(file: file, number: index + 1)
                }
                pairs.append((left, right))
            default: throw .malformedMerge(file: file, number: index + 1)
            }
        }
        try self.init(pairs, file: file)
    }

    private init(_ pairs: [(String, String)], file: String) throws(TokenizerError) {
        guard pairs.count <= Self.maximumCount else {
            throw .tooMany(file: file, what: "merges", maximum: Self.maximumCount, actual: pairs.count)
        }
        self.file = file
        self.pairs = pairs
    }

    private static func pair(_ text: Substring, number: Int, file: String) throws(TokenizerError) -> (String, String) {
        let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .malformedMerge(file: file, number: number) }
        return (String(Substring(parts[0])), String(Substring(parts[1])))
    }
}
