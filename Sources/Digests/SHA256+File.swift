import Glibc

extension SHA256 {
    private static let pieceByteCount = 1 << 20

    /// The digest of a file of any size, read piece by piece on this very thread.
    package static func digest(ofFile path: String) throws(DigestError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(code: errno) }
        defer { close(descriptor) }
        var hash = SHA256()
        while true {
            var code: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: pieceByteCount) { buffer, count in
                let readCount = read(descriptor, buffer.baseAddress, pieceByteCount)
                if readCount < 0 { code = errno }
                count = max(0, readCount)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw .unreadable(code: code) }
            if piece.isEmpty { return hash.digest() }
            hash.update(piece)
        }
    }
}

/// Why there is no digest.
package enum DigestError: Error, Equatable {
    /// The file can't be read, for this `errno`.
    case unreadable(code: Int32)
}
