import Service
import Testing

@Suite struct KeyFileTests {
    private static let key = "0123456789abcdef"

    @Test func readsNamesCommentsAndEmptyLines() throws {
        let text = "# who may\r\nann: \(Self.key)\n\n  \(Self.key)-2  # spare\nbob:\(Self.key)/+=~._-3"
        let keys = try KeyFile(parsing: Array(text.utf8)).keys
        #expect(keys.map(\.name) == ["ann", nil, "bob"])
        #expect(
            keys == [
                APIKey(Self.key, name: "ann"), APIKey(Self.key + "-2"), APIKey(Self.key + "/+=~._-3", name: "bob"),
            ])
    }

    @Test(
        "refuses",
        arguments: [
            ("", .empty), ("# nobody", .empty), ("\n\n", .empty), ("0123456789abcde", .malformed(line: 1)),
            ("\n0123456789 abcdef", .malformed(line: 2)), ("ann:bob:0123456789abcdef", .malformed(line: 1)),
            (":0123456789abcdef", .malformed(line: 1)), ("../x:0123456789abcdef", .malformed(line: 1)),
            ("0123456789abcdeé", .malformed(line: 1)), ("0123456789abcdef\0", .malformed(line: 1)),
            ("0123456789abcdef\na:0123456789abcdef", .repeated(line: 2)),
            (String(repeating: "k", count: 257), .malformed(line: 1)),
        ] as [(String, KeyFileError)])
    func refusesWhatIsNoKey(text: String, error: KeyFileError) {
        #expect(throws: error) { try KeyFile(parsing: Array(text.utf8)) }
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: KeyFileError.notUTF8) { try KeyFile(parsing: [0xFF] + Array(Self.key.utf8)) }
    }

    @Test func takesAThousandKeysAndNoMore() throws {
        let lines = (0...1000).map { "key-\(10_000_000_000_000 + $0)" }
        #expect(try KeyFile(parsing: Array(lines.dropLast().joined(separator: "\n").utf8)).keys.count == 1000)
        #expect(throws: KeyFileError.tooMany(maximum: 1000)) {
            try KeyFile(parsing: Array(lines.joined(separator: "\n").utf8))
        }
    }

    @Test func aNameOutlivesItsKeyAndAKeyIsNotToldFromItsOwner() throws {
        let old = try #require(APIKey(Self.key, name: "ann")).caller
        let new = try #require(APIKey(Self.key + "-new", name: "ann")).caller
        let plain = try #require(APIKey(Self.key)).caller
        #expect(old == new && old.label == "ann" && old.owner != "ann")
        #expect(plain.owner != old.owner && plain != .anyone)
        #expect(plain.owner.count == 32 && plain.label?.count == 8 && !plain.owner.contains(Self.key))
    }
}
