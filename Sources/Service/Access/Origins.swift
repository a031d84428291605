import HTTP

/// The web pages of other origins that may read answers (WHATWG Fetch, 3.3): none unless they are named.
package struct Origins: Sendable {
    private let origins: Set<String>

    /// What a page may send beside the headers that every page may.
    private static let headers = [
        "accept", "authorization", "content-type", "idempotency-key", "last-event-id", "prefer", "x-api-key",
        "x-request-id",
    ]
    /// The OpenAI SDKs describe themselves in a dozen of these.
    private static let headerPrefix = "x-stainless-"
    private static let exposed =
        "x-request-id, retry-after, location, content-location, preference-applied, ratelimit, ratelimit-policy"

    /// Pages of these origins, each written as a browser writes it.
    package init(_ origins: [String]) { self.origins = Set(origins) }

    /// Whether a text is an origin as a browser writes it: a scheme and a host, and a port if it is not the scheme's.
    package static func isOrigin(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
        let host = text.dropFirst(scheme.count)
        return !host.isEmpty
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "-.:[]".utf8.contains(byte)
                }
            }
    }

    /// Whether a request only asks what a page may send.
    func isPreflight(_ request: Request) -> Bool {
        request.method == "OPTIONS" && origin(of: request) != nil
            && request.header("access-control-request-method") != nil
    }

    /// What a page may send to a path, whose methods stand in the `Allow` of an answer to `OPTIONS`.
    func preflight(_ request: Request, _ options: Response) -> Response {
        let asked = request.values(of: "access-control-request-headers").flatMap { $0.split(separator: ",") }
            .map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
        let allowed = asked.filter { Self.headers.contains($0) || $0.hasPrefix(Self.headerPrefix) && $0.isPlainName }
        var response = options
        response.headers += [
            ("Access-Control-Allow-Methods", options.header("allow") ?? ""),
            ("Access-Control-Allow-Headers", allowed.joined(separator: ", ")), ("Access-Control-Max-Age", "600"),
        ]
        return response
    }

    /// Lets the page that asked read an answer, if it is one of ours; without a word to others.
    func admit(_ request: Request, to response: inout Response) {
        guard !origins.isEmpty else { return }
        response.headers.append(("Vary", "Origin"))
        guard let origin = origin(of: request) else { return }
        response.headers += [("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", Self.exposed)]
    }

    private func origin(of request: Request) -> String? {
        let sent = request.values(of: "origin")
        return sent.count == 1 && origins.contains(sent[0]) ? sent[0] : nil
    }
}
