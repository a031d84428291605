import Digests

/// A key that lets its holder in; only its digest is held.
package struct APIKey: Sendable, Equatable {
    /// What the file calls it; keys of one name are one caller's.
    package let name: String?
    /// SHA-256 of the key: a key is random, so that nothing slower is needed to hide it.
    private let digest: [UInt8]

    private static let lengths = 16...256

    /// The key of a text; nil if it is too short or too long, or is made of what a Bearer token is not
    /// (RFC 6750, 2.1).
    package init?(_ text: some StringProtocol, name: String? = nil) {
        guard Self.lengths.contains(text.utf8.count), text.utf8.allSatisfy(Self.isTokenByte) else { return nil }
        self.name = name
        digest = SHA256.digest(of: Array(text.utf8))
    }

    /// Whether a text with this digest is the key, in a time that tells nothing of either.
    func matches(digest other: [UInt8]) -> Bool { digest.equalsInConstantTime(other) }

    /// Whether both are the same key, whatever their names.
    func isSame(as other: APIKey) -> Bool { digest == other.digest }

    /// The owner of jobs: an unnamed key's is another for every key, a name's stays the same when its key changes.
    package var caller: Caller {
        let identity = name.map { SHA256.digest(of: Array("name:\($0)".utf8)) } ?? digest
        return Caller(owner: identity.prefix(16).hexadecimal, label: name ?? digest.prefix(4).hexadecimal)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~+/=".utf8.contains(byte)
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var hexadecimal: String { Array(self).hexadecimal }
}
