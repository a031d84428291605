/// An HTTP response; its length, date and request id are added when it is sent.
package struct Response: Sendable {
    /// The status code.
    package var status: Int
    /// The header fields in order.
    package var headers: [(String, String)]
    /// The whole body.
    package var body: [UInt8]

    /// A response of the given parts.
    package init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A stream.
    package init(status: Int, headers: [(String, String)] = [], stream: AsyncStream<[UInt8]>) {
        self.status = status
        self.headers = headers
        self.body = []
        self.stream = stream
    }

    package var stream: AsyncStream<[UInt8]>?

    /// The first header field of a name, whatever its case.
    package func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.0.lowercased() == name }?.1
    }
}

/// Why a request is turned away before any route sees it.
package enum Refusal: Sendable, Equatable {
    /// No route has this path.
    case notFound
    /// The path exists, for these methods.
    case methodNotAllowed(allowed: [String])
    /// The path or the query has a broken percent-escape, or is not UTF-8.
    case malformedTarget
    /// The `Content-Length` is no number.
    case malformedLength
    /// The body is larger than the limit in bytes.
    case bodyTooLarge(limit: Int)
    /// The request did not arrive in time.
    case timeout

    /// The status of RFC 9110 that says so.
    package var status: Int {
        switch self {
        case .notFound: 404
        case .methodNotAllowed: 405
        case .malformedTarget, .malformedLength: 400
        case .bodyTooLarge: 413
        case .timeout: 408
        }
    }
}
