import Service
import Testing

@Suite struct Base64Tests {
    @Test(
        "agrees with RFC 4648 section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func agreesWithTheStandard(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(text.utf8))
    }

    @Test func keepsEveryByte() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
    }

    @Test func skipsLineBreaks() {
        #expect(Base64.decode("Zm9v\r\nYmFy\n".utf8) == Array("foobar".utf8))
    }

    @Test("refuses", arguments: ["Z", "Zg", "Zg=", "Zm9vY", "Zg==Zg==", "=Zg=", "Zm9-", "Zm9_", "Zm9vé", "Zg==="])
    func refusesWhatIsNotPaddedOrNotOfTheAlphabet(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}
