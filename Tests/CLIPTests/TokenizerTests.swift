import CLIP
import Foundation
import JSON
import TestSupport
import Testing

@Suite struct TokenizerTests {
    /// The cases whose tokens are not those expected, quoted.
    private func mismatches(
        _ tokenizer: Tokenizer, padding: Int, _ expected: KeyPath<TokenizerCase, TokenizerCase.Expected>
    ) throws -> [String] {
        let cases = try TokenizerCase.all()
        #expect(cases.count >= 11_000)
        return cases.compactMap { one in
            let wanted = one[keyPath: expected]
            let tokens = tokenizer(one.text)
            let padded = wanted.ids + Array(repeating: padding, count: tokenizer.length - wanted.ids.count)
            let isRight =
                tokens.ids == padded && tokens.tokenCount == wanted.ids.count
                && tokens.truncatedCount == wanted.totalCount - wanted.ids.count
            return isRight
                ? nil : one.text.prefix(60).debugDescription + " \(tokens.ids.prefix(12)) \(padded.prefix(12))"
        }
    }

    @Test func agreesWithTransformersOnTheEmbeddedVocabularyInTwoFiles() throws {
        let tokenizer = try Tokenizer(folder: TokenizerFixture.embeddedPipeline)
        #expect(tokenizer.length == 32)
        #expect(tokenizer.idBound == 3914)
        #expect(try mismatches(tokenizer, padding: 0, \.embedded) == [])
    }

    @Test func agreesWithTransformersOnTheEmbeddedVocabularyInOneFile() throws {
        let tokenizer = try Tokenizer(folder: TokenizerFixture.embeddedModel)
        #expect(tokenizer.length == 32)
        #expect(try mismatches(tokenizer, padding: 0, \.embedded) == [])
    }

    @Test func agreesWithTransformersOnOpenAIsVocabulary() throws {
        let fixture = try TokenizerFixture.openAI()
        let tokenizer = try Tokenizer(folder: fixture.path)
        #expect(tokenizer.length == 77)
        #expect(tokenizer.idBound == 49_408)
        #expect(try mismatches(tokenizer, padding: 49_407, \.openAI) == [])
    }

    @Test func agreesWithTransformersOnOtherConfigurations() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: Repository.golden("tokenizer/variants.json"))))
        let golden = JSONCursor(try JSONValue(parsing: bytes, integersAsReals: true))
        let texts = try golden.required("texts").array().map { try $0.string() }
        for variant in try golden.required("variants").array() {
            let name = try variant.required("name").string()
            let isOneFile = try variant.required("form").string() == "json"
            let fixture = isOneFile ? try TokenizerFixture.oneFile() : try TokenizerFixture.twoFiles()
            for (file, content) in try variant.required("files").object().fields {
                try fixture.write(content, to: file)
            }
            let length = try variant.required("length").integer()
            let tokenizer = try Tokenizer(folder: fixture.path, fallbackLength: 10)
            #expect(tokenizer.length == length, "\(name)")
            let expected = try variant.required("ids").array().map { try $0.array().map { try $0.integer() } }
            let totals = try variant.required("totals").array().map { try $0.integer() }
            for (index, text) in texts.enumerated() {
                let tokens = tokenizer(text)
                #expect(tokens.ids == expected[index], "\(name): \(text.debugDescription)")
                #expect(tokens.tokenCount + tokens.truncatedCount == totals[index], "\(name): \(text.debugDescription)")
            }
        }
    }

    @Test func keepsTheEndTokenWhenItTruncates() throws {
        let tokenizer = try Tokenizer(folder: TokenizerFixture.embeddedPipeline)
        let tokens = tokenizer(String(repeating: "fox ", count: 100))
        #expect(tokens.ids.count == 32)
        #expect(tokens.ids.first == 3912)
        #expect(tokens.ids.last == 3913)
        #expect(tokens.tokenCount == 32)
        #expect(tokens.truncatedCount == 70)
    }

    @Test func padsWithTheFoldersOwnToken() throws {
        let tokenizer = try Tokenizer(folder: TokenizerFixture.embeddedPipeline)
        let tokens = tokenizer("")
        #expect(tokens.ids == [3912, 3913] + Array(repeating: 0, count: 30))
        #expect(tokens.tokenCount == 2)
        #expect(tokens.truncatedCount == 0)
    }

    @Test func takesTheCallersLengthWhenTheFolderHasNone() throws {
        let fixture = try TokenizerFixture.twoFiles()
        #expect(try Tokenizer(folder: fixture.path).length == 77)
        #expect(try Tokenizer(folder: fixture.path, fallbackLength: 12)("a fox").ids.count == 12)
    }

    @Test func standsUnknownBytesByTheUnknownToken() throws {
        let fixture = try TokenizerFixture()
        try fixture.write(
            ["a": 0, "a</w>": 1, "aa</w>": 2, "<|startoftext|>": 3, "<|endoftext|>": 4], to: "vocab.json")
        try fixture.write("a a</w>\n", to: "merges.txt")
        #expect(try Tokenizer(folder: fixture.path).ids(of: "aa abba") == [2, 0, 4, 4, 1])
    }

    /// Joining is not quadratic in a word's length: each byte starts one candidate, and each join makes two more.
    @Test(arguments: ["a", "ab", "the", "ing", "zq", "é", "!?", "aaab"])
    func looksAtFewCandidatesOnOneLongWord(unit: String) throws {
        let tokenizer = try Tokenizer(folder: TokenizerFixture.embeddedPipeline)
        let word = String(repeating: unit, count: 32_000 / unit.utf8.count)
        #expect(tokenizer.mergeCandidateCount(of: word) < 3 * word.utf8.count)
    }
}
