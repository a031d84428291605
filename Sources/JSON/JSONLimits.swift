/// What is counted over the raw bytes before a parser allocates or recurses for them.
package struct JSONLimits: Sendable {
    /// How deep arrays and objects may be nested.
    package let maximumDepth: Int
    /// How many values and names there may be, all told.
    package let maximumValueCount: Int

    /// Refuses excessive nesting and count; anything else that is wrong is left to the parser.
    package func check(_ bytes: [UInt8]) throws(JSONError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw Self.error(.byteOrderMark, in: bytes, at: 0) }
        var depth = 0
        var valueCount = 1
        var isInString = false
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "\\") where isInString: index += 1
            case _ where isInString: break
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > maximumDepth { throw Self.error(.tooDeep(maximum: maximumDepth), in: bytes, at: index) }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                valueCount += 1
                if valueCount > maximumValueCount {
                    throw Self.error(.tooManyValues(maximum: maximumValueCount), in: bytes, at: index)
                }
            default: break
            }
            index += 1
        }
    }

    private static func error(_ reason: JSONError.Reason, in bytes: [UInt8], at position: Int) -> JSONError {
        let before = bytes[..<position]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let continuations = 0x80...0xBF  // UTF-8 bytes that continue a character
        return JSONError(
            reason: reason,
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: before[lineStart...].count { !continuations.contains(Int($0)) } + 1,
            position: position)
    }
}
