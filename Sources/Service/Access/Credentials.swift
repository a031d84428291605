import HTTP

/// The key that a request shows, in whichever of the ways that clients know.
enum Credentials: Equatable {
    /// None at all.
    case missing
    /// One key.
    case key(String)
    /// What is no key, or several that contradict each other.
    case malformed

    /// Reads `Authorization: Bearer KEY` (RFC 6750), `Authorization: Basic …` (RFC 7617) with the key as the password of
    /// any user or as a user without one, and `X-API-Key: KEY`.
    init(_ request: Request) {
        let authorizations = request.values(of: "authorization")
        let keys = request.values(of: "x-api-key")
        guard authorizations.count <= 1, keys.count <= 1 else {
            self = .malformed
            return
        }
        let found = authorizations.map(Self.key) + keys
        guard let first = found.first else {
            self = .missing
            return
        }
        guard let key = first, !key.isEmpty, found.allSatisfy({ $0 == key }) else {
            self = .malformed
            return
        }
        self = .key(key)
    }

    private static func key(inAuthorization value: String) -> String? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let rest = parts[1].drop { $0 == " " }
        switch parts[0].lowercased() {
        case "bearer": return String(rest)
        case "basic": return password(rest)
        default: return nil
        }
    }

    private static func password(_ encoded: Substring) -> String? {
        guard let bytes = Base64.decode(encoded.utf8), let pair = String(validating: bytes, as: UTF8.self),
            let colon = pair.firstIndex(of: ":")
        else { return nil }
        let password = pair[pair.index(after: colon)...]
        return String(password.isEmpty ? pair[..<colon] : password)
    }
}
