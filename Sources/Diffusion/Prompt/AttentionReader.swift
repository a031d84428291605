import CLIP

/// Reads a prompt from left to right; what a bracket encloses is multiplied when the bracket closes.
struct AttentionReader {
    /// A stretch of text under the same brackets, or a `BREAK`.
    struct Run {
        let scalars: ArraySlice<Unicode.Scalar>
        let isBreak: Bool
        var weight = 1.0
    }

    private static let roundFactor = 1.1  // `round_bracket_multiplier`
    private static let squareFactor = 1 / 1.1  // `square_bracket_multiplier`
    private static let breakWord = Array("BREAK".unicodeScalars)

    private let text: [Unicode.Scalar]
    private var position = 0
    private var found: [Run] = []
    /// How many runs there were when each open bracket opened.
    private var round: [Int] = []
    private var square: [Int] = []

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// All runs of the prompt.
    mutating func runs() throws(PromptError) -> [Run] {
        while position < text.count {
            switch text[position] {
            case "\\": readEscape()
            case "(": round.append(try open())
            case "[": square.append(try open())
            case ":": try readColon()
            case ")": close(round.popLast(), by: Self.roundFactor)
            case "]": close(square.popLast(), by: Self.squareFactor)
            default: readWords()
            }
        }
        for start in round { multiply(from: start, by: Self.roundFactor) }
        for start in square { multiply(from: start, by: Self.squareFactor) }
        for run in found where !run.scalars.isEmpty && !run.isBreak && !WeightedPrompt.weights.contains(run.weight) {
            throw .weightOutOfRange(position: run.scalars.startIndex)
        }
        return found
    }

    private mutating func open() throws(PromptError) -> Int {
        guard round.count + square.count < WeightedPrompt.maximumDepth else {
            throw .nestedTooDeeply(position: position)
        }
        position += 1
        return found.count
    }

    /// A closing bracket, which is text where none is open.
    private mutating func close(_ start: Int?, by factor: Double) {
        position += 1
        if let start {
            multiply(from: start, by: factor)
        } else {
            append(position - 1..<position)
        }
    }

    private mutating func multiply(from start: Int, by factor: Double) {
        for index in start..<found.count { found[index].weight *= factor }
    }

    private mutating func append(_ range: Range<Int>, isBreak: Bool = false) {
        found.append(Run(scalars: text[range], isBreak: isBreak))
    }

    /// A backslash and the sign that it protects; before anything else it is dropped, but divides words in brackets.
    private mutating func readEscape() {
        let start = position + 1
        let isProtecting = start < text.count && text[start].isProtectable
        position = isProtecting ? start + 1 : start
        append(start..<position)
    }

    /// A weight and its closing bracket; without either, or where no bracket is open, they are text.
    private mutating func readColon() throws(PromptError) {
        let colon = position
        guard let weight = weight(after: colon) else {
            position += 1
            return append(colon..<position)
        }
        position = weight.end
        guard let start = round.popLast() else { return append(colon..<position) }
        guard let factor = Double(weight.digits) else { throw .malformedWeight(position: colon + 1) }
        guard WeightedPrompt.weights.contains(factor) else { throw .weightOutOfRange(position: colon + 1) }
        multiply(from: start, by: factor)
    }

    /// What `:\s*([+-]?[.\d]+)\s*\)` matches.
    private func weight(after colon: Int) -> (digits: String, end: Int)? {
        var end = spaceEnd(from: colon + 1, to: text.count)
        var digits = String.UnicodeScalarView()
        if end < text.count, text[end] == "+" || text[end] == "-" {
            digits.append(text[end])
            end += 1
        }
        let first = end
        while end < text.count, let digit = text[end].weightDigit {
            digits.append(digit)
            end += 1
        }
        guard end > first else { return nil }
        end = spaceEnd(from: end, to: text.count)
        guard end < text.count, text[end] == ")" else { return nil }
        return (String(digits), end + 1)
    }

    /// Text up to the next sign of the syntax, without the spaces around a `BREAK`.
    private mutating func readWords() {
        var taken = position
        let end = text[position...].firstIndex { $0 == ":" || $0.isProtectable } ?? text.count
        while let word = nextBreak(in: taken..<end) {
            let last = text[taken..<word.lowerBound].lastIndex { !$0.isSpace }
            append(taken..<(last.map { $0 + 1 } ?? taken))
            append(word, isBreak: true)
            taken = spaceEnd(from: word.upperBound, to: end)
        }
        append(taken..<end)
        position = end
    }

    /// Where `\bBREAK\b` matches first.
    private func nextBreak(in range: Range<Int>) -> Range<Int>? {
        let count = Self.breakWord.count
        for start in range.dropLast(count - 1) where text[start] == "B" {
            let word = start..<start + count
            let isWhole =
                (start == range.lowerBound || !text[start - 1].isInWord)
                && (word.upperBound == range.upperBound || !text[word.upperBound].isInWord)
            if isWhole, text[word] == Self.breakWord[...] { return word }
        }
        return nil
    }

    private func spaceEnd(from start: Int, to end: Int) -> Int {
        text[start..<end].firstIndex { !$0.isSpace } ?? end
    }
}

extension Unicode.Scalar {
    /// Whether a backslash makes it a sign like any other.
    fileprivate var isProtectable: Bool {
        switch self {
        case "(", ")", "[", "]", "\\": true
        default: false
        }
    }

    /// A dot or a digit of any script, as a digit of ASCII: `[.\d]`, which Python's `float` reads.
    fileprivate var weightDigit: Unicode.Scalar? {
        if self == "." { return self }
        guard properties.numericType == .decimal, let value = properties.numericValue else { return nil }
        return Unicode.Scalar(UInt8(value) + 0x30)
    }

    /// `\w` of Python's `re`.
    fileprivate var isInWord: Bool { self == "_" || isLetter || isNumber }
}
