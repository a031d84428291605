import Digests
import Glibc
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4's examples, as NIST publishes them.
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    private static let twoBlocks = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"

    @Test func hashesAsFIPS180Says() {
        #expect(SHA256.digest(of: Array("abc".utf8)).hexadecimal == Self.abc)
    }

    @Test func hashesPiecesAsTheWhole() {
        let text = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        var hash = SHA256()
        for byte in text { hash.update([byte]) }
        #expect(hash.digest().hexadecimal == Self.twoBlocks)
        hash.update(Array("abc".utf8))
        #expect(hash.digest().hexadecimal == Self.abc)
    }

    @Test("hashes a file as its bytes", arguments: [0, 3, 1 << 20, (1 << 20) + 1])
    func hashesAFile(byteCount: Int) throws {
        let path = "/tmp/liminal-sha256-\(getpid())-\(byteCount)"
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let file = try #require(fopen(path, "w"))
        defer { unlink(path) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        fclose(file)
        #expect(try SHA256.digest(ofFile: path) == SHA256.digest(of: bytes))
    }

    @Test func refusesAFileThatIsNotThere() {
        #expect(throws: DigestError.unreadable(code: ENOENT)) { try SHA256.digest(ofFile: "/tmp/no/such/file") }
    }
}
