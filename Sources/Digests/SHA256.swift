import CNettle

/// The hash of FIPS 180-4, of bytes that come at once or piece by piece.
package struct SHA256 {
    private var context = sha256_ctx()

    /// The hash of nothing yet.
    package init() { nettle_sha256_init(&context) }

    /// Takes in what comes next.
    package mutating func update(_ bytes: [UInt8]) { nettle_sha256_update(&context, bytes.count, bytes) }

    /// The digest of all that came, of 32 bytes; what comes after it begins another.
    package mutating func digest() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
        nettle_sha256_digest(&context, digest.count, &digest)
        return digest
    }

    /// The digest of bytes, of 32 bytes.
    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.digest()
    }
}

extension [UInt8] {
    /// Whether both are the same, in a time that depends on their lengths alone.
    package func equalsInConstantTime(_ other: [UInt8]) -> Bool {
        count == other.count && nettle_memeql_sec(self, other, count) == 1
    }

    /// Two hexadecimal digits for each byte.
    package var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
