import CLIP
import Foundation
import JSON
import TestSupport
import Testing

@Suite struct TokenizerRefusalTests {
    private func expectRefusal(
        _ error: TokenizerError, of fixture: TokenizerFixture, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: sourceLocation) { try Tokenizer(folder: fixture.path) }
    }

    /// A vocabulary of every byte, in and at the end of a word, and the special tokens.
    private func smallVocabulary() -> JSONObject {
        let printable = (33...126).map { $0 } + Array(161...172) + Array(174...255)
        let bytes = (printable + Array(256..<(512 - printable.count))).compactMap(Unicode.Scalar.init).map(String.init)
        let tokens = bytes + bytes.map { $0 + "</w>" } + ["<|startoftext|>", "<|endoftext|>"]
        return JSONObject(tokens.enumerated().map { ($1, .integer(Int64($0))) })
    }

    private func fixture(_ vocabulary: JSONObject, merges: String = "") throws -> TokenizerFixture {
        let fixture = try TokenizerFixture()
        try fixture.write(.object(vocabulary), to: "vocab.json")
        try fixture.write(merges, to: "merges.txt")
        return fixture
    }

    @Test func acceptsTheSmallestVocabulary() throws {
        let fixture = try fixture(smallVocabulary())
        #expect(try Tokenizer(folder: fixture.path).ids(of: "ab") == [64, 65 + 256])
    }

    @Test func refusesAFolderWithoutFiles() throws {
        expectRefusal(.unreadable(file: "vocab.json", reason: "No such file or directory"), of: try TokenizerFixture())
    }

    @Test func refusesAVocabularyWithoutMerges() throws {
        let fixture = try TokenizerFixture()
        try fixture.write(.object(smallVocabulary()), to: "vocab.json")
        expectRefusal(.unreadable(file: "merges.txt", reason: "No such file or directory"), of: fixture)
    }

    @Test func refusesAFolderInPlaceOfAFile() throws {
        let fixture = try TokenizerFixture.twoFiles()
        try FileManager.default.createDirectory(
            atPath: fixture.path + "/tokenizer_config.json", withIntermediateDirectories: false)
        expectRefusal(.unreadable(file: "tokenizer_config.json", reason: "Not a regular file"), of: fixture)
    }

    @Test func refusesAHugeFileUnread() throws {
        let fixture = try TokenizerFixture.twoFiles()
        try fixture.write("", to: "tokenizer.json")
        let size = 17 << 20
        try #require(truncate(fixture.path + "/tokenizer.json", size) == 0)
        expectRefusal(.tooLarge(file: "tokenizer.json", maximumByteCount: 16 << 20, actual: size), of: fixture)
    }

    @Test func refusesWhatIsNotJSON() throws {
        let fixture = try fixture([:])
        try fixture.write("{\"a\": 0", to: "vocab.json")
        #expect {
            try Tokenizer(folder: fixture.path)
        } throws: { error in
            guard case .malformed("vocab.json", _) = error as? TokenizerError else { return false }
            return true
        }
    }

    @Test func refusesMergesThatAreNotUTF8() throws {
        let fixture = try fixture(smallVocabulary())
        try fixture.write([0x61, 0x20, 0xFF, 0x0A], to: "merges.txt")
        expectRefusal(.malformed(file: "merges.txt", reason: "the text is not UTF-8"), of: fixture)
    }

    @Test func refusesAnIDThatIsNoInteger() throws {
        var vocabulary = smallVocabulary()
        vocabulary["a"] = "64"
        expectRefusal(
            .field(.wrongType(pointer: "/a", expected: "an integer", actual: "a string"), file: "vocab.json"),
            of: try fixture(vocabulary))
    }

    @Test(arguments: [-1, 200_000, 1 << 40])
    func refusesAnIDOutOfRange(id: Int) throws {
        var vocabulary = smallVocabulary()
        vocabulary["a"] = .integer(Int64(id))
        expectRefusal(
            .field(
                .outOfRange(pointer: "/a", expected: "in 0...199999", actual: id.description), file: "vocab.json"),
            of: try fixture(vocabulary))
    }

    @Test func refusesTwoTokensWithOneID() throws {
        var vocabulary = smallVocabulary()
        vocabulary["b"] = vocabulary["a"]
        expectRefusal(.repeated(file: "vocab.json", token: "b", id: 64), of: try fixture(vocabulary))
    }

    @Test func refusesAVocabularyOfMoreTokensThanAccepted() throws {
        let vocabulary = JSONObject((0...200_000).map { ("t\($0)", .integer(Int64($0))) })
        expectRefusal(
            .tooMany(file: "vocab.json", what: "tokens", maximum: 200_000, actual: 200_001), of: try fixture(vocabulary)
        )
    }

    @Test func refusesMoreMergesThanAccepted() throws {
        let merges = String(repeating: "a b\n", count: 200_001)
        expectRefusal(
            .tooMany(file: "merges.txt", what: "merges", maximum: 200_000, actual: 200_001),
            of: try fixture(smallVocabulary(), merges: merges))
    }

    @Test(arguments: ["a", "a b c", " a b", "", "a  b"])
    func refusesALineThatIsNotTwoTokens(line: String) throws {
        let fixture = try fixture(smallVocabulary(), merges: "#version: 0.2\n\(line)\n")
        expectRefusal(.malformedMerge(file: "merges.txt", number: 1), of: fixture)
    }

    @Test(arguments: [("q ab", "ab"), ("ab q", "ab"), ("a b", "ab")])
    func refusesAMergeBeyondTheVocabulary(line: String, token: String) throws {
        let fixture = try fixture(smallVocabulary(), merges: "\(line)\n")
        expectRefusal(.unknownMerge(file: "merges.txt", number: 1, token: token), of: fixture)
    }

    @Test func refusesAMissingByteWithoutAnUnknownToken() throws {
        var vocabulary = smallVocabulary()
        vocabulary["ÿ</w>"] = nil
        let fixture = try fixture(vocabulary)
        try fixture.write(["unk_token": "<unk>"], to: "tokenizer_config.json")
        expectRefusal(.missingToken(file: "vocab.json", token: "ÿ</w>"), of: fixture)
    }

    @Test(arguments: [
        ("padding_side", JSONValue.string("left"), "\"left\""), ("truncation_side", .string("left"), "\"left\""),
        ("split_special_tokens", .bool(true), "true"), ("tokenizer_class", .string("T5Tokenizer"), "\"T5Tokenizer\""),
    ])
    func refusesASettingThatItDoesNotFollow(name: String, setting: JSONValue, value: String) throws {
        let fixture = try fixture(smallVocabulary())
        try fixture.write(.object(JSONObject([(name, setting)])), to: "tokenizer_config.json")
        expectRefusal(
            .unsupported(file: "tokenizer_config.json", pointer: "/\(name)", value: value), of: fixture)
    }

    @Test(arguments: [1, 0, -5, 65_537, 1_000_000_000])
    func refusesALengthOutOfRange(length: Int) throws {
        let fixture = try fixture(smallVocabulary())
        try fixture.write(["model_max_length": .integer(Int64(length))], to: "tokenizer_config.json")
        expectRefusal(
            .field(
                .outOfRange(pointer: "/model_max_length", expected: "in 2...65536", actual: length.description),
                file: "tokenizer_config.json"),
            of: fixture)
    }

    @Test func refusesAConfigurationThatIsNoObject() throws {
        let fixture = try fixture(smallVocabulary())
        try fixture.write("[1]", to: "tokenizer_config.json")
        expectRefusal(
            .field(.wrongType(pointer: "", expected: "an object", actual: "an array"), file: "tokenizer_config.json"),
            of: fixture)
    }

    @Test func refusesARoleThatIsNull() throws {
        let fixture = try fixture(smallVocabulary())
        try fixture.write(["pad_token": .null], to: "special_tokens_map.json")
        expectRefusal(
            .field(
                .wrongType(pointer: "/pad_token", expected: "a token", actual: "null"), file: "special_tokens_map.json"),
            of: fixture)
    }

    @Test func refusesAnAddedTokenWithoutContent() throws {
        let fixture = try fixture(smallVocabulary())
        try fixture.write(["added_tokens_decoder": ["7": ["special": true]]], to: "tokenizer_config.json")
        expectRefusal(
            .field(.missing(pointer: "/added_tokens_decoder/7/content"), file: "tokenizer_config.json"), of: fixture)
    }

    @Test func refusesAnAddedTokenThatIsTooLong() throws {
        let fixture = try fixture(smallVocabulary())
        try fixture.write(
            ["extra_special_tokens": [.string(String(repeating: "x", count: 257))]], to: "tokenizer_config.json")
        expectRefusal(
            .field(
                .tooLong(pointer: "/extra_special_tokens/0", maximum: 256, actual: 257), file: "tokenizer_config.json"),
            of: fixture)
    }

    @Test(arguments: [
        ("{\"type\": \"Unigram\", \"vocab\": {}, \"merges\": []}", "/model/type"),
        ("{\"vocab\": {}}", "/model/merges"), ("{\"merges\": []}", "/model/vocab"), ("[]", "/model"),
    ])
    func refusesAModelThatIsNotBytePairs(model: String, pointer: String) throws {
        let fixture = try TokenizerFixture()
        try fixture.write("{\"added_tokens\": [], \"model\": \(model)}", to: "tokenizer.json")
        #expect {
            try Tokenizer(folder: fixture.path)
        } throws: { error in
            guard case .field(let field, "tokenizer.json") = error as? TokenizerError else { return false }
            return field.pointer == pointer
        }
    }

    @Test(arguments: ["[\"a\"]", "[[\"a\", \"b\", \"c\"]]", "[[\"a\", 1]]", "[3]"])
    func refusesAMergeInOneFileThatIsNotTwoTokens(merges: String) throws {
        let fixture = try TokenizerFixture()
        let vocabulary = String(decoding: JSONValue.object(smallVocabulary()).encoded(), as: UTF8.self)
        try fixture.write(
            "{\"added_tokens\": [], \"model\": {\"vocab\": \(vocabulary), \"merges\": \(merges)}}", to: "tokenizer.json"
        )
        expectRefusal(.malformedMerge(file: "tokenizer.json", number: 1), of: fixture)
    }
}
