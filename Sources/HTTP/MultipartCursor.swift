/// A place in a multipart body that only moves forward.
struct MultipartCursor {
    private let bytes: [UInt8]
    /// What stands before each part: a line's end, two hyphens and the boundary.
    private let delimiter: [UInt8]
    private var position = 0

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]
    private static let hyphens: [UInt8] = [0x2D, 0x2D]

    init(_ bytes: [UInt8], boundary: String) {
        self.bytes = bytes
        delimiter = Self.lineEnd + Self.hyphens + boundary.utf8
    }

    /// Moves behind the first boundary; false if it is at once the last.
    mutating func skipPreamble() throws(MultipartError) -> Bool {
        if bytes.starts(with: delimiter.dropFirst(2)) {
            position = delimiter.count - 2
        } else {
            guard let found = find(delimiter, from: 0) else { throw .truncated }
            position = found + delimiter.count
        }
        return try !delimiterIsLast(part: 0)
    }

    /// The fields of a part's header, their names in lower case.
    mutating func header(part: Int) throws(MultipartError) -> [String: String] {
        var fields: [String: String] = [:]
        let end = min(bytes.count, position + MultipartForm.maximumHeaderBytes)
        while true {
            guard let line = find(Self.lineEnd, from: position, before: end) else {
                throw end == bytes.count ? .truncated : .badHeader(index: part)
            }
            defer { position = line + 2 }
            if line == position { return fields }
            guard let text = String(validating: bytes[position..<line], as: UTF8.self),
                let colon = text.firstIndex(of: ":"),
                colon != text.startIndex
            else { throw .badHeader(index: part) }
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            fields[text[..<colon].lowercased()] = String(value)
        }
    }

    /// The bytes up to the next boundary, and whether that is the last.
    mutating func body(part: Int) throws(MultipartError) -> (ArraySlice<UInt8>, isLast: Bool) {
        // An empty part's boundary may share its line's end with the header's.
        let start = position
        guard let end = find(delimiter, from: start - 2) else { throw .truncated }
        position = end + delimiter.count
        return (bytes[start..<max(start, end)], try delimiterIsLast(part: part))
    }

    /// Moves behind the rest of a boundary's line.
    private mutating func delimiterIsLast(part: Int) throws(MultipartError) -> Bool {
        if bytes[position...].starts(with: Self.hyphens) { return true }
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
        guard bytes.count - position >= 2 else { throw .truncated }
        guard bytes[position...].starts(with: Self.lineEnd) else { throw .badDelimiter(index: part) }
        position += 2
        return false
    }

    /// Where a pattern begins next; the search looks at each byte about once.
    private func find(_ pattern: [UInt8], from start: Int, before end: Int? = nil) -> Int? {
        let last = (end ?? bytes.count) - pattern.count
        guard start <= last else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            pattern.withUnsafeBufferPointer { pattern in
                var index = start
                while index <= last {
                    if bytes[index] == pattern[0], (1..<pattern.count).allSatisfy({ bytes[index + $0] == pattern[$0] })
                    {
                        return index
                    }
                    index += 1
                }
                return nil
            }
        }
    }
}
