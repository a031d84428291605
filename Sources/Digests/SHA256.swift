import CNettle

/// The hash of FIPS 180-4.
package enum SHA256 {
    /// The digest, of 32 bytes.
    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var context = sha256_ctx()
        nettle_sha256_init(&context)
        nettle_sha256_update(&context, bytes.count, bytes)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
        nettle_sha256_digest(&context, digest.count, &digest)
        return digest
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
