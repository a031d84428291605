import Digests
package import HTTP
package import JSON

/// How a job was asked for, so that it can be asked for again.
package struct JobOrigin: Sendable, Equatable {
    /// The query's parameters.
    package let query: [(name: String, value: String)]
    /// The content type of the body.
    package let contentType: String?
    /// The body.
    package let body: [UInt8]
    /// The client's name for the request, under which it may repeat it.
    package let key: String?

    /// What a request asks for.
    package init(_ request: Request, key: String?) {
        (query, contentType, body) = (request.query, request.header("content-type"), request.body)
        self.key = key
    }

    /// What a JSON body asks for.
    package init(json: JSONValue, key: String?) {
        (query, contentType, body, self.key) = ([], "application/json", json.encoded(), key)
    }

    /// Reads what `encoded` wrote.
    package init?(encoded: [UInt8]) {
        guard let end = encoded.firstIndex(of: UInt8(ascii: "\n")), let head = Self.parsed(Array(encoded[..<end])),
            let pairs = head["query"]?.array
        else { return nil }
        query = pairs.compactMap { pair in
            guard let name = pair.array?.first?.string, let value = pair.array?.last?.string else { return nil }
            return (name, value)
        }
        contentType = head["content_type"]?.string
        body = Array(encoded[(end + 1)...])
        key = nil
    }

    /// A line of JSON, then the body as it is.
    package var encoded: [UInt8] {
        let head: JSONValue = [
            "query": .array(query.map { [.string($0.name), .string($0.value)] }),
            "content_type": contentType.map(JSONValue.string) ?? .null,
        ]
        return head.encoded() + [UInt8(ascii: "\n")] + body
    }

    /// The request that asks for it again.
    package func request(to kind: JobKind) -> Request {
        Request(
            method: "POST", path: kind.path, query: query,
            headers: contentType.map { [("Content-Type", $0)] } ?? [], body: body)
    }

    /// Equal for the same request to the same route.
    package func fingerprint(_ kind: JobKind) -> [UInt8] { SHA256.digest(of: Array(kind.path.utf8) + encoded) }

    /// The request, if it is JSON.
    var json: JSONValue? { Self.parsed(body) }

    private static func parsed(_ bytes: [UInt8]) -> JSONValue? {
        do throws(JSONError) { return try JSONValue(parsing: bytes) } catch { return nil }
    }

    package static func == (a: JobOrigin, b: JobOrigin) -> Bool { a.encoded == b.encoded && a.key == b.key }
}
