/// What makes the header of a request unacceptable, whoever sends it.
///
/// libmicrohttpd 0.9.75 takes the first of two lengths, lets a transfer coding overrule a length, and joins a folded line
/// to the *name* of its field. A proxy before us may read the same bytes otherwise; where two readers can differ about
/// where a request ends, one request can be smuggled in another (RFC 9112, 11.2).
enum Framing {
    /// Why a request is refused before its body is read.
    static func refusal(of request: Request, bodyLimit: Int) -> Refusal? {
        let (lengths, codings) = (request.values(of: "content-length"), request.values(of: "transfer-encoding"))
        // RFC 9112, 3.2 and 6.1 to 6.3.
        guard request.values(of: "host").count <= 1 else { return .malformedHeader }
        guard lengths.count + codings.count <= 1 else { return .ambiguousLength }
        guard codings.allSatisfy({ $0.lowercased() == "chunked" }) else { return .unknownTransferCoding }
        guard request.values(of: "content-encoding").allSatisfy({ $0.lowercased() == "identity" }) else {
            return .encodedBody
        }
        return lengths.first.flatMap { refusal(ofLength: $0, limit: bodyLimit) }
    }

    /// Whether anything follows the header.
    static func hasBody(_ request: Request) -> Bool {
        request.header("transfer-encoding") != nil || request.header("content-length").map { Int($0) != 0 } ?? false
    }

    private static func refusal(ofLength text: String, limit: Int) -> Refusal? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return .malformedLength
        }
        guard let length = Int(text), length <= limit else { return .bodyTooLarge(limit: limit) }
        return nil
    }

    /// How many fields stood on the wire as `name: value CR LF` each, up to the empty line; nil if any did not.
    ///
    /// The bytes are those that libmicrohttpd has parsed in place: it puts a NUL for the colon and one for each byte of
    /// a line's end. A folded line, a bare LF and a space before a colon all leave another pattern. NULs that the client
    /// sent can imitate it, but then there are more fields here than the library found.
    static func fieldCount(_ fields: UnsafeRawBufferPointer) -> Int? {
        var rest = fields[...]
        var count = 0
        while let name = line(&rest), !name.isEmpty {
            guard name.allSatisfy(isTokenByte), let value = line(&rest), rest.popFirst() == 0 else { return nil }
            guard !value.contains(UInt8(ascii: "\r")) else { return nil }
            count += 1
        }
        // The first byte of the empty line is gone.
        return rest.elementsEqual([0]) ? count : nil
    }

    /// The bytes before the next NUL, which is dropped; nil without one.
    private static func line(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer>? {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
