import JSON

extension Infotext {
    /// Reads a text as `parse_generation_parameters` of modules/infotext_utils.py does, without its fillings-in.
    ///
    /// Any text is read: one without a last line of three parameters or more is a prompt. The time taken is linear.
    package init(parsing text: String) {
        var lines = text.strippedAsPython.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        var found = lines.last.map { Self.parameters(in: Array($0)) } ?? []
        if found.count < Self.minimumCount { found = [] } else { lines.removeLast() }
        var (prompt, negative): ([String], [String]) = ([], [])
        var isNegative = false
        for line in lines {
            var line = String(line).strippedAsPython
            if line.unicodeScalars.starts(with: Self.negativeMark.unicodeScalars) {
                isNegative = true
                line = String(line.unicodeScalars.dropFirst(Self.negativeMark.unicodeScalars.count)).strippedAsPython
            }
            if isNegative { negative.append(line) } else { prompt.append(line) }
        }
        // The original fails on a value of no characters, and leaves it out.
        let parameters = found.compactMap { name, value in Self.unquoted(value).map { Parameter(name, $0) } }
        self.init(prompt: Self.joined(prompt), negativePrompt: Self.joined(negative), parameters: parameters)
    }

    private static let negativeMark = "Negative prompt:"
    private static let minimumCount = 3

    /// Lines, without the empty ones ahead of the first that is not.
    private static func joined(_ lines: [String]) -> String { lines.drop(while: \.isEmpty).joined(separator: "\n") }

    /// What `re_param` finds in a line, one match after the other: `\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)`.
    private static func parameters(in line: [Unicode.Scalar]) -> [(name: String, value: ArraySlice<Unicode.Scalar>)] {
        var (parameters, position): ([(String, ArraySlice<Unicode.Scalar>)], Int) = ([], 0)
        while position < line.count {
            guard line[position].isWord else {
                position += 1
                continue
            }
            let start = position
            position = end(in: line, from: start) { $0.isWord || [" ", "-", "/"].contains($0) }
            guard position < line.count, line[position] == ":", position - start >= 2 else { continue }
            let name = string(line[start..<position])
            let valueStart = end(in: line, from: position + 1, while: \.isPythonSpace)
            let valueEnd = quotedEnd(in: line, from: valueStart) ?? end(in: line, from: valueStart) { $0 != "," }
            parameters.append((name, line[valueStart..<valueEnd]))
            position = valueEnd + 1
        }
        return parameters
    }

    /// The end of a text in quotes, if there is one at a position and the value ends with it.
    private static func quotedEnd(in line: [Unicode.Scalar], from start: Int) -> Int? {
        guard start < line.count, line[start] == "\"" else { return nil }
        var position = start + 1
        while position < line.count, line[position] != "\"" { position += line[position] == "\\" ? 2 : 1 }
        guard position < line.count, position > start + 1 else { return nil }
        return position + 1 == line.count || line[position + 1] == "," ? position + 1 : nil
    }

    /// `unquote`: the text of a JSON string, or the value as it is.
    private static func unquoted(_ value: ArraySlice<Unicode.Scalar>) -> String? {
        guard let first = value.first, let last = value.last else { return nil }
        let plain = string(value)
        guard first == "\"", last == "\"" else { return plain }
        do throws(JSONError) {
            return try JSONValue(parsing: Array(plain.utf8)).string ?? plain
        } catch {
            return plain
        }
    }

    private static func end(
        in line: [Unicode.Scalar], from start: Int, while matches: (Unicode.Scalar) -> Bool
    ) -> Int {
        line[min(start, line.count)...].firstIndex { !matches($0) } ?? line.count
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}

extension Unicode.Scalar {
    /// Python's `\w`: letters, numbers and the underscore.
    fileprivate var isWord: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: self == "_"
        }
    }
}
