/// An HTTP response; its length, date and request id are added when it is sent.
package struct Response: Sendable {
    /// The status code.
    package var status: Int
    /// The header fields in order.
    package var headers: [(String, String)]
    /// The whole body; empty if it is streamed.
    package var body: [UInt8]
    /// The pieces of a body that is made while it is sent.
    package let stream: AsyncStream<[UInt8]>?

    /// A response of the given parts.
    package init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
        stream = nil
    }

    /// A response whose body ends with its stream.
    ///
    /// Each piece is sent at once, and the next one is only asked for when the kernel has it. When the client goes away
    /// or is too slow, the task that asks is cancelled and the stream let go. No piece is sent in answer to `HEAD`.
    package init(status: Int, headers: [(String, String)] = [], stream: AsyncStream<[UInt8]>) {
        self.status = status
        self.headers = headers
        self.stream = stream
        body = []
    }

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
    /// The header has a line that is not `name: value`, or two hosts.
    case malformedHeader
    /// The `Content-Length` is no number.
    case malformedLength
    /// More than one field says how long the body is.
    case ambiguousLength
    /// The `Transfer-Encoding` is not `chunked`.
    case unknownTransferCoding
    /// The `Content-Encoding` is not `identity`.
    case encodedBody
    /// The body is larger than the limit in bytes.
    case bodyTooLarge(limit: Int)
    /// The request did not arrive in time.
    case timeout

    /// The status of RFC 9110 that says so.
    package var status: Int {
        switch self {
        case .notFound: 404
        case .methodNotAllowed: 405
        case .malformedTarget, .malformedHeader, .malformedLength, .ambiguousLength, .unknownTransferCoding: 400
        case .timeout: 408
        case .bodyTooLarge: 413
        case .encodedBody: 415
        }
    }
}
