extension JSONError {
    /// Where in the document the parser stopped: the RFC 6901 pointer of the innermost value that had begun.
    ///
    /// So that `{"steps": 1e999}` is refused for `/steps`, although nothing could be read of it.
    package func pointer(in bytes: [UInt8]) -> String {
        var path: [Step] = []
        var index = 0
        while index < min(position, bytes.count) {
            switch bytes[index] {
            case UInt8(ascii: "{"): path.append(.name(nil))
            case UInt8(ascii: "["): path.append(.element(0))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = path.popLast()
            case UInt8(ascii: ","):
                switch path.popLast() {
                case .element(let element): path.append(.element(element + 1))
                case .name: path.append(.name(nil))
                case nil: break
                }
            case UInt8(ascii: "\""):
                let end = Self.end(ofStringAt: index, in: bytes)
                if path.last == .name(nil), end <= position, end < bytes.count {
                    path[path.count - 1] = .name(bytes[index + 1..<end])
                }
                index = end
            default: break
            }
            index += 1
        }
        return path.reduce(into: "") { pointer, step in
            switch step {
            case .name(nil): break
            case .name(let name?): pointer = JSONCursor(nil, pointer: pointer).pointer(to: Self.text(of: name))
            case .element(let element): pointer += "/\(element)"
            }
        }
    }

    /// One level of nesting: the name that was read last in an object, or the index in an array.
    private enum Step: Equatable {
        case name(ArraySlice<UInt8>?)
        case element(Int)
    }

    /// The closing quote, or the end of the bytes.
    private static func end(ofStringAt start: Int, in bytes: [UInt8]) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, bytes.count)
    }

    /// A name as it stands in the document, escapes and all, at a bounded length.
    private static func text(of name: ArraySlice<UInt8>) -> String {
        String(decoding: name.prefix(64), as: UTF8.self)
    }
}
