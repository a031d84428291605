import Glibc

/// Reads what nearly all documents are: correct JSON without an escape in any string.
///
/// It says nothing of anything else, which jansson then reads from the start, or refuses. There every byte passes several
/// calls; here megabytes of base64 are looked at once, and `strtod` gets numbers where they stand.
struct JSONPlainReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// The value of a document whose depth was limited; nil for what is not plain.
    static func value(of bytes: [UInt8]) -> JSONValue? {
        bytes.withUnsafeBufferPointer { bytes in
            var reader = JSONPlainReader(bytes)
            guard let value = reader.value(), reader.next() == nil else { return nil }
            return value
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The byte after white space, which is not taken; nil at the end.
    private mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    /// Takes a byte after white space, if it is there.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard next() == byte else { return false }
        position += 1
        return true
    }

    private mutating func value() -> JSONValue? {
        switch next() {
        case UInt8(ascii: "{"): object()
        case UInt8(ascii: "["): array()
        case UInt8(ascii: "\""): string().map(JSONValue.string)
        case UInt8(ascii: "t"): word("true", true)
        case UInt8(ascii: "f"): word("false", false)
        case UInt8(ascii: "n"): word("null", .null)
        case nil: nil
        default: number()
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) -> JSONValue? {
        let letters = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[position...].starts(with: letters) else { return nil }
        position += letters.count
        return value
    }

    private mutating func object() -> JSONValue? {
        position += 1
        var object = JSONObject()
        if take(UInt8(ascii: "}")) { return .object(object) }
        repeat {
            // A name that is there twice is jansson's to refuse.
            guard next() == UInt8(ascii: "\""), let name = string(), object[name] == nil, take(UInt8(ascii: ":")),
                let value = value()
            else { return nil }
            object[name] = value
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) ? .object(object) : nil
    }

    private mutating func array() -> JSONValue? {
        position += 1
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            guard let value = value() else { return nil }
            elements.append(value)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]")) ? .array(elements) : nil
    }

    private mutating func string() -> String? {
        let start = position + 1
        guard let end = bytes[start...].firstIndex(where: { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }),
            bytes[end] == UInt8(ascii: "\"")
        else { return nil }
        position = end + 1
        return String(validating: bytes[start..<end], as: UTF8.self)
    }

    /// RFC 8259, section 6; an integer of more than 18 digits may be too large, and a number at the very end has no byte
    /// behind it at which `strtod` would stop.
    private mutating func number() -> JSONValue? {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let whole = digits()
        guard let first = whole.first, first != UInt8(ascii: "0") || whole.count == 1 else { return nil }
        var isReal = false
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            (position, isReal) = (position + 1, true)
            guard !digits().isEmpty else { return nil }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            (position, isReal) = (position + 1, true)
            if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) {
                position += 1
            }
            guard !digits().isEmpty else { return nil }
        }
        guard position < bytes.count else { return nil }
        return isReal ? real(from: start) : integer(whole, isNegative: whole.startIndex > start)
    }

    private mutating func digits() -> Slice<UnsafeBufferPointer<UInt8>> {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        return bytes[start..<position]
    }

    private func integer(_ digits: Slice<UnsafeBufferPointer<UInt8>>, isNegative: Bool) -> JSONValue? {
        guard digits.count <= 18 else { return nil }
        let size = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        return .integer(isNegative ? -size : size)
    }

    private func real(from start: Int) -> JSONValue? {
        let text = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start...])
        guard let first = text.baseAddress else { return nil }
        var end: UnsafeMutablePointer<CChar>?
        let value = strtod(first.assumingMemoryBound(to: CChar.self), &end)
        // In a language that has another point than JSON it stops before the end.
        guard end.map({ UnsafeRawPointer($0) - first }) == position - start, value.isFinite else { return nil }
        return .real(value)
    }
}
