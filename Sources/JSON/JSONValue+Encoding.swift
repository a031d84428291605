extension JSONValue {
    /// The value as UTF-8 JSON; reals have the fewest digits that read back as the same `Double`.
    ///
    /// JSON has no NaN and no infinity: they are written as `null`, as ECMAScript's `JSON.stringify` does.
    package func encoded(pretty: Bool = false) -> [UInt8] {
        var encoder = JSONEncoding(isPretty: pretty)
        encoder.append(self)
        return encoder.bytes
    }
}

/// A document under construction; jansson's own output is not used because it prints 17 digits of every real.
private struct JSONEncoding {
    let isPretty: Bool
    var bytes: [UInt8] = []
    private var depth = 0

    init(isPretty: Bool) { self.isPretty = isPretty }

    mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let bool): append(bool ? "true" : "false")
        case .integer(let integer): append(integer.description)
        case .real(let real): append(real.isFinite ? real.description : "null")
        case .string(let string): appendQuoted(string)
        case .array(let elements): appendGroup(elements, "[", "]") { $0.append($1) }
        case .object(let object):
            appendGroup(object.fields, "{", "}") { encoding, field in
                encoding.appendQuoted(field.name)
                encoding.append(encoding.isPretty ? ": " : ":")
                encoding.append(field.value)
            }
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func appendGroup<Element>(
        _ elements: [Element], _ open: String, _ close: String, append appendElement: (inout Self, Element) -> Void
    ) {
        append(open)
        depth += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { append(",") }
            startLine()
            appendElement(&self, element)
        }
        depth -= 1
        if !elements.isEmpty { startLine() }
        append(close)
    }

    private mutating func startLine() {
        guard isPretty else { return }
        append("\n")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    /// Copies runs that need no escape whole, so that megabytes of base64 cost little more than a copy.
    private mutating func appendQuoted(_ string: String) {
        append("\"")
        var string = string
        string.withUTF8 { text in
            var start = 0
            for index in text.indices where text[index] < 0x20 || text[index] == 0x22 || text[index] == 0x5C {
                bytes.append(contentsOf: text[start..<index])
                append(Self.escape(text[index]))
                start = index + 1
            }
            bytes.append(contentsOf: text[start...])
        }
        append("\"")
    }

    /// RFC 8259 section 7: what must be escaped, in its short form where there is one.
    private static func escape(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case UInt8(ascii: "\n"): "\\n"
        case UInt8(ascii: "\r"): "\\r"
        case UInt8(ascii: "\t"): "\\t"
        case 0x08: "\\b"
        case 0x0C: "\\f"
        default: "\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}
