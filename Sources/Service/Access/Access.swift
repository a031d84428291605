import Digests
import HTTP

/// Who may use the server, how often, and from which web pages.
package struct Access: Sendable {
    private let keys: [APIKey]
    private let limiter: RateLimiter?
    /// The web pages of other origins that may read answers.
    let origins: Origins

    /// A server for everyone, unless there are keys; with no limit and no pages unless they are given.
    package init(keys: [APIKey] = [], limiter: RateLimiter? = nil, origins: Origins = Origins([])) {
        (self.keys, self.limiter, self.origins) = (keys, limiter, origins)
    }

    /// What a configuration asks for; whoever can reach the server must be meant to, or have a key.
    package init(_ configuration: Configuration) throws(AccessError) {
        limiter = configuration.rateLimit > 0 ? RateLimiter(perMinute: configuration.rateLimit) : nil
        origins = Origins(configuration.allowedOrigins)
        guard let path = configuration.keyFile else {
            guard configuration.isOpen || configuration.isOnLoopback else { throw .unguarded(host: configuration.host) }
            keys = []
            return
        }
        guard !configuration.isOpen else { throw .openWithKeys }
        do throws(KeyFileError) { keys = try KeyFile(contentsOf: path).keys } catch { throw .keys(error, file: path) }
    }

    /// Whether several callers share the server.
    package var isShared: Bool { Set(keys.map(\.caller.owner)).count > 1 }

    /// Who sends a request.
    func caller(of request: Request) throws(APIError) -> Caller {
        guard !keys.isEmpty else { return .anyone }
        switch Credentials(request) {
        case .missing: throw APIError(.unauthorized, "The request has no API key.")
        case .malformed: throw APIError(.unauthorized, "The request's API key can't be read, or it has several.")
        case .key(let text):
            let digest = SHA256.digest(of: Array(text.utf8))
            // Every key is compared, so that the time does not tell which one it was.
            let matches = keys.filter { $0.matches(digest: digest) }
            guard let key = matches.first else { throw APIError(.unauthorized, "The API key is not known here.") }
            return key.caller
        }
    }

    /// Counts a request, and throws if it is one too many.
    func count(_ request: Request) throws(APIError) {
        guard let limiter else { return }
        let quota = limiter.take(bucket(of: request), at: .now)
        guard quota.isWithin else {
            throw APIError(
                .rateLimited, "More than \(limiter.perMinute) requests a minute are not accepted.",
                retryAfterSeconds: max(1, quota.secondsToNext))
        }
    }

    /// How a caller stands, as draft-ietf-httpapi-ratelimit-headers-10 writes it.
    func limits(for request: Request) -> [(String, String)] {
        guard let limiter else { return [] }
        let quota = limiter.quota(of: bucket(of: request), at: .now)
        return [
            ("RateLimit-Policy", "\"requests\";q=\(limiter.perMinute);w=60"),
            ("RateLimit", "\"requests\";r=\(quota.remaining);t=\(quota.secondsToFull)"),
        ]
    }

    /// A key's; who has none, or a wrong one, shares that of the address.
    private func bucket(of request: Request) -> String {
        guard let caller = holder(of: request) else { return "address \(request.remoteAddress)" }
        return "key \(caller.owner)"
    }

    /// What the log calls the sender of a request.
    func label(of request: Request) -> String { holder(of: request)?.label ?? "-" }

    /// The caller whose key a request shows, if it shows one that is known.
    private func holder(of request: Request) -> Caller? {
        guard !keys.isEmpty else { return nil }
        do throws(APIError) { return try caller(of: request) } catch { return nil }
    }
}

/// Why a server does not start: it would let in whom it should not.
package enum AccessError: Error, Equatable {
    /// Others can reach the address, and nobody asks them for a key.
    case unguarded(host: String)
    /// Both keys and none are asked for.
    case openWithKeys
    case keys(KeyFileError, file: String)
}

extension AccessError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unguarded(let host):
            "others can reach \(host): ask them for a key with --api-key-file, or let everyone in with --open"
        case .openWithKeys: "--open lets everyone in and --api-key-file does not: give one of them"
        case .keys(let error, let file): "the keys of \(file) can't be used: \(error)"
        }
    }
}
