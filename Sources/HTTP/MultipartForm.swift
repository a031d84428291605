/// A body of type `multipart/form-data` (RFC 7578), parsed in one pass within bounds.
package struct MultipartForm: Sendable, Equatable {
    /// One field of the form.
    package struct Part: Sendable, Equatable {
        /// The field's name.
        package let name: String
        /// The file's name, if the field is a file.
        package let filename: String?
        /// The type that the client gave it.
        package let contentType: String?
        /// The field's bytes.
        package let body: [UInt8]
    }

    /// The fields in order.
    package let parts: [Part]

    /// A form of more fields is refused.
    package static let maximumPartCount = 1024
    /// A field's header of more bytes is refused.
    package static let maximumHeaderBytes = 8 << 10

    /// Parses a body whose parts are separated by `boundary`, the content type's parameter without its quotes.
    package init(parsing body: [UInt8], boundary: String) throws(MultipartError) {
        guard Self.isValid(boundary: boundary) else { throw .badBoundary }
        var cursor = MultipartCursor(body, boundary: boundary)
        var parts: [Part] = []
        guard try cursor.skipPreamble() else {
            self.parts = []
            return
        }
        while true {
            guard parts.count < Self.maximumPartCount else { throw .tooManyParts(maximum: Self.maximumPartCount) }
            let fields = try cursor.header(part: parts.count)
            guard let disposition = fields["content-disposition"], let value = HeaderValue(disposition),
                value.name == "form-data", let name = value.parameters["name"]
            else { throw .unnamedPart(index: parts.count) }
            let (bytes, isLast) = try cursor.body(part: parts.count)
            parts.append(
                Part(
                    name: name, filename: value.parameters["filename"], contentType: fields["content-type"],
                    body: Array(bytes)))
            if isLast { break }
        }
        self.parts = parts
    }

    /// RFC 2046, 5.1.1: 1 to 70 characters of a small set, the last not a space.
    private static func isValid(boundary: String) -> Bool {
        let others = Set("'()+_,-./:=? ".utf8)
        let isAllowed = boundary.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: others.contains(byte)
            }
        }
        return (1...70).contains(boundary.utf8.count) && isAllowed && !boundary.hasSuffix(" ")
    }
}

/// What is wrong with a multipart body; parts are counted from 0.
package enum MultipartError: Error, Equatable {
    /// The boundary is empty, too long, or has characters that it may not have.
    case badBoundary
    /// The body ends before its last boundary.
    case truncated
    /// There are more parts than are accepted.
    case tooManyParts(maximum: Int)
    /// A part's header is too long or no header.
    case badHeader(index: Int)
    /// A part has no `Content-Disposition: form-data` with a name.
    case unnamedPart(index: Int)
    /// A boundary is followed by neither a line's end nor `--`.
    case badDelimiter(index: Int)

    /// What is wrong, to follow the words "the form".
    package var message: String {
        switch self {
        case .badBoundary: "has no valid boundary in its content type"
        case .truncated: "ends before its last boundary"
        case .tooManyParts(let maximum): "has more than \(maximum) parts"
        case .badHeader(let index): "has a malformed header in part \(index)"
        case .unnamedPart(let index): "has no `Content-Disposition: form-data` with a name in part \(index)"
        case .badDelimiter(let index): "has a malformed boundary after part \(index)"
        }
    }
}

/// A header value with parameters: `form-data; name="a"; filename="b.png"`.
struct HeaderValue {
    let name: String
    let parameters: [String: String]

    /// Nil if a quoted text does not end or a parameter has no `=`.
    init?(_ text: String) {
        var rest = Substring(text)
        name = rest.prefix { $0 != ";" }.trimmed.lowercased()
        rest = rest.drop { $0 != ";" }
        var parameters: [String: String] = [:]
        while rest.popFirst() != nil {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            if rest.isEmpty { break }
            let key = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest[key.endIndex...]
            guard rest.popFirst() == "=" else { return nil }
            guard let value = Self.value(&rest) else { return nil }
            parameters[key.trimmed.lowercased()] = value
            rest = rest.drop { $0 != ";" }
        }
        self.parameters = parameters
    }

    /// A token, or a quoted text with its escapes undone.
    private static func value(_ rest: inout Substring) -> String? {
        guard rest.first == "\"" else {
            let token = rest.prefix { $0 != ";" }
            rest = rest[token.endIndex...]
            return token.trimmed
        }
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            // Browsers send a backslash in a file's name as it is; only these two are escapes.
            if character == "\\", let next = rest.first, next == "\"" || next == "\\" {
                value.append(next)
                rest.removeFirst()
            } else {
                value.append(character)
            }
        }
        return nil
    }
}

extension Substring {
    /// Without the spaces and tabs at both ends.
    fileprivate var trimmed: String {
        let tail = drop { $0 == " " || $0 == "\t" }
        guard let last = tail.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(tail[...last])
    }
}
