/// A complete HTTP request.
package struct Request: Sendable {
    /// The method, as sent: methods are case-sensitive (RFC 9110, 9.1).
    package let method: String
    /// The path as sent, with its percent-escapes.
    package let path: String
    /// The query's parameters in order, decoded.
    package let query: [(name: String, value: String)]
    /// The header fields in order.
    package let headers: [(name: String, value: String)]
    /// The whole body.
    package let body: [UInt8]
    /// What the request is called in logs and in its response: the client's own `X-Request-Id`, or a random one.
    package let id: String
    /// The numeric address that the request came from.
    package let remoteAddress: String

    /// A request as a client would send it; without an `id` it is given a random one.
    package init(
        method: String, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = [], id: String? = nil,
        remoteAddress: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.id = id ?? RequestID.random()
        self.remoteAddress = remoteAddress
    }

    /// The first header field of a name, whatever its case.
    package func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }

    /// The values of all header fields of a name, whatever its case.
    package func values(of name: String) -> [String] { headers.filter { $0.name.lowercased() == name }.map(\.value) }

    /// The same request with another body.
    func with(body: [UInt8]) -> Request {
        Request(
            method: method, path: path, query: query, headers: headers, body: body, id: id,
            remoteAddress: remoteAddress)
    }
}

/// The names of requests.
enum RequestID {
    /// 128 random bits in hexadecimal.
    static func random() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// A client's own name, if it is harmless in a log and a header: 1 to 128 letters, digits, `-`, `_` and `.`.
    static func accepted(_ text: String?) -> String? {
        guard let text, (1...128).contains(text.utf8.count) else { return nil }
        let isHarmless = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isHarmless ? text : nil
    }
}
