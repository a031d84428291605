package import Layers
import Tensors

/// The ids of BERT's word pieces: `vocab.txt`, one a line, whose number is its id.
package struct WordPieceVocabulary: Sendable {
    /// The most tokens; BERT has 30,522.
    package static let maximumCount = 200_000
    /// BERT's has 232 kB.
    private static let maximumByteCount = 16 << 20
    /// The longest token, in scalars.
    private static let maximumLength = 256

    /// One more than the largest id.
    package let idBound: Int
    /// The tokens that stand for something beyond text, which are found in a text as they are written.
    let special: [(content: [Unicode.Scalar], id: Int)]
    let begin: Int
    let end: Int
    let unknown: Int
    private let starts: [ArraySlice<Unicode.Scalar>: Int]
    private let continuations: [ArraySlice<Unicode.Scalar>: Int]  // without their ##
    private let longest: Int

    /// Reads a file, which must have BERT's special tokens; BLIP's two get the ids after it if it lacks them.
    package init(file: String) throws(ModelError) {
        let lines = try Self.lines(of: file)
        var (starts, continuations) = ([ArraySlice<Unicode.Scalar>: Int](), [ArraySlice<Unicode.Scalar>: Int]())
        for (id, line) in lines.enumerated() {
            let isContinuation = line.count > 2 && line.starts(with: ["#", "#"])
            let old =
                isContinuation
                ? continuations.updateValue(id, forKey: line.dropFirst(2)) : starts.updateValue(id, forKey: line)
            guard old == nil, line.count <= Self.maximumLength else {
                throw .malformed(file: file, reason: "line \(id + 1) is there twice or too long")
            }
        }
        func id(_ token: String) throws(ModelError) -> Int {
            guard let id = starts[Array(token.unicodeScalars)[...]] else {
                throw .malformed(file: file, reason: "there is no token '\(token)'")
            }
            return id
        }
        (begin, end, unknown) = (try id("[CLS]"), try id("[SEP]"), try id("[UNK]"))
        var special: [(content: [Unicode.Scalar], id: Int)] = []
        for token in ["[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]"] {
            special.append((Array(token.unicodeScalars), try id(token)))
        }
        // `init_tokenizer` of BLIP's blip.py adds them in this order.
        var nextID = lines.count
        for token in ["[DEC]", "[ENC]"].map({ Array($0.unicodeScalars) }) {
            special.append((token, starts[token[...]] ?? nextID))
            if starts[token[...]] == nil { nextID += 1 }
        }
        self.special = special
        (self.starts, self.continuations, idBound) = (starts, continuations, nextID)
        longest = max(starts.keys.map(\.count).max() ?? 0, continuations.keys.map(\.count).max() ?? 0)
    }

    /// The longest token that a word, or what is left of it, begins with, and how many scalars it has.
    func longestMatch(in rest: ArraySlice<Unicode.Scalar>, isStart: Bool) -> (id: Int, length: Int)? {
        let tokens = isStart ? starts : continuations
        for length in stride(from: min(longest, rest.count), to: 0, by: -1) {
            if let id = tokens[rest.prefix(length)] { return (id, length) }
        }
        return nil
    }

    private static func lines(of file: String) throws(ModelError) -> [ArraySlice<Unicode.Scalar>] {
        let mapped: MappedFile
        do throws(MappedFileError) {
            mapped = try MappedFile(path: file)
        } catch {
            throw .unreadable(file: file, reason: error.reason)
        }
        guard mapped.size <= maximumByteCount else {
            throw .malformed(file: file, reason: "\(mapped.size) bytes; at most \(maximumByteCount) are accepted")
        }
        guard let text = String(validating: mapped.bytes(in: 0..<mapped.size), as: UTF8.self) else {
            throw .malformed(file: file, reason: "it is not UTF-8")
        }
        // Lines end as in Python's text mode: by \n, \r or both.
        var lines: [ArraySlice<Unicode.Scalar>] = []
        let scalars = Array(text.unicodeScalars)
        var start = 0
        for (index, scalar) in scalars.enumerated() where scalar == "\n" || scalar == "\r" {
            if scalar == "\n", index > 0, scalars[index - 1] == "\r" {
                start = index + 1
                continue
            }
            lines.append(scalars[start..<index])
            start = index + 1
        }
        if start < scalars.count { lines.append(scalars[start...]) }
        guard lines.count <= maximumCount - 2 else {
            throw .malformed(file: file, reason: "\(lines.count) tokens; at most \(maximumCount - 2) are accepted")
        }
        return lines
    }
}
