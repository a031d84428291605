import Foundation
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

    @Test("keeps every byte", arguments: [998, 999, 1000])
    func keepsEveryByte(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let text = Base64.encode(bytes)
        #expect(text == Data(bytes).base64EncodedString())
        #expect(Base64.decode(text.utf8) == bytes)
    }

    @Test func skipsLineBreaks() {
        #expect(Base64.decode("Zm9v\r\nYmFy\n".utf8) == Array("foobar".utf8))
    }

    @Test("refuses", arguments: ["Z", "Zg", "Zg=", "Zm9vY", "Zg==Zg==", "=Zg=", "Zm9-", "Zm9_", "Zm9vé", "Zg==="])
    func refusesWhatIsNotPaddedOrNotOfTheAlphabet(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}
