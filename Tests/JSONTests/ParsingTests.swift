import JSON
import Testing

@Suite struct ParsingTests {
    @Test(
        "reads every kind of value",
        arguments: [
            ("null", nil), ("true", true), ("false", false), ("-7", -7),
            ("9223372036854775807", 9_223_372_036_854_775_807),
            ("-0", 0), ("1.5e3", 1500.0), (#""a\u0000\n\ud83d\ude00é""#, "a\0\n😀é"), ("[]", []), ("{}", [:]),
            (" [1, [2.5], {\"a\": [null]}]\n", [1, [2.5], ["a": [nil]]]),
        ] as [(String, JSONValue)])
    func reads(text: String, expected: JSONValue) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)) == expected)
    }

    @Test func keepsTheSignOfZero() throws {
        guard case .real(let zero) = try JSONValue(parsing: Array("-0.0".utf8)) else {
            throw JSONFieldError.missing(pointer: "")
        }
        #expect(zero.sign == .minus)
    }

    @Test(
        "says what is wrong and where",
        arguments: [
            ("", .empty, 1), (" \n ", .empty, 2), ("[1,", .truncated, 1), ("{\"a\":1}\nx", .trailingBytes, 2),
            ("\u{FEFF}{}", .byteOrderMark, 1), ("{\"a\":1,\n\"a\":2}", .duplicateName, 2),
            (#"{"a\u0000b":1}"#, .nulInName, 1), ("1e999", .numberOverflow, 1), ("-1e999", .numberOverflow, 1),
            ("9223372036854775808", .numberOverflow, 1), ("[[[[[]]]]]", .tooDeep(maximum: 4), 1),
            ("\n[1,2,3,4,5,6,7,8,9,10,11]", .tooManyValues(maximum: 10), 2),
        ] as [(String, JSONError.Reason, Int)])
    func refuses(text: String, reason: JSONError.Reason, line: Int) throws {
        let error = try #require(throws: JSONError.self) {
            _ = try JSONValue(parsing: Array(text.utf8), maximumDepth: 4, maximumValueCount: 10)
        }
        #expect(error.reason == reason)
        #expect(error.line == line)
    }

    @Test(
        "refuses what is not JSON",
        arguments: [
            "NaN", "Infinity", "nul", "01", "1.", ".5", "+1", "'a'", "{a:1}", "[1,]", "{\"a\":1,}", "\"\t\"", "[1 2]",
            #""\ud800""#, #""\udc00""#, #""\ud800A""#, #""\x""#, "\"", "{\"a\"}", "\u{0}", "// no\n1",
        ])
    func refusesSyntax(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test(
        "refuses what is not UTF-8", arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]])
    func refusesBytes(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
        #expect(error?.reason == .invalidUTF8)
    }

    @Test func countsColumnsInCharacters() throws {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: Array("1,\n\"é😀\", [[".utf8), maximumDepth: 1)
        }
        #expect(error?.reason == .tooDeep(maximum: 1))
        #expect(error?.line == 2)
        #expect(error?.column == 8)
        #expect(error?.position == 14)
    }

    @Test func bracketsInsideStringsAreNotNesting() throws {
        let text = #"["[[[[\"[[[[\\", "{{{{"]"#
        #expect(try JSONValue(parsing: Array(text.utf8), maximumDepth: 1) == [#"[[[["[[[[\"#, "{{{{"])
    }

    @Test("refuses floods", arguments: ["[", "{\"a\":", "{\"a\":[", "\"a\":1,"])
    func refusesFloods(piece: String) {
        let bytes = Array(repeatElement(Array(piece.utf8), count: 1_000_001).joined())
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test func everyPrefixOfADocumentIsRefused() {
        let text = Array(#"{"a": [1, -2.5e3, "x\u00e9\n"], "b": {"c": null, "d": true}}"#.utf8)
        for count in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<count])) }
        }
    }
}
