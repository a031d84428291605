import Foundation
import JSON
import Perception
import TestSupport
import Testing

@Suite struct WordPieceTests {
    private static func tokenizer(length: Int = 35) throws -> WordPieceTokenizer {
        let file = Repository.golden("perception/image_reward/vocab.txt")
        return WordPieceTokenizer(try WordPieceVocabulary(file: file), length: length)
    }

    @Test func agreesWithTransformersBertTokenizer() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: Repository.golden("perception/tokens.json"))))
        let cases = try JSONCursor(JSONValue(parsing: bytes)).array()
        #expect(cases.count >= 30)
        let tokenizer = try Self.tokenizer()
        for one in cases {
            let text = try one.required("text").string()
            let ids = try one.required("ids").array().map { try $0.integer() }
            let total = try one.required("total").integer()
            let tokens = tokenizer(text)
            #expect(tokens.ids == ids, "\(text.debugDescription)")
            #expect(tokens.truncatedCount == total - ids.count, "\(text.debugDescription)")
        }
    }

    /// Every character of Unicode, each between an x and a y.
    @Test func splitsEachCharacterAsTheTokenizersLibrary() throws {
        let sums = [UInt8](try Data(contentsOf: URL(filePath: Repository.golden("perception/words.bin"))))
        #expect(sums.count == (0x110000 >> 8) * 8)
        for block in 0..<0x110000 >> 8 {
            var bytes: [UInt8] = []
            for code in UInt32(block << 8)..<UInt32((block + 1) << 8) {
                guard let scalar = Unicode.Scalar(code) else { continue }
                for word in BERTWords.words(in: ["x", scalar, "y"]) {
                    bytes += word.flatMap { Array(String($0).utf8) } + [UInt8(ascii: "\n")]
                }
            }
            // FNV-1a, 64 bits.
            let sum = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            let expected = sums[block * 8..<(block + 1) * 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            #expect(sum == expected, "U+\(String(block << 8, radix: 16))")
        }
    }

    @Test func readsLinesThatEndAsOnAnySystem() throws {
        let folder = try TemporaryFolder()
        let lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "fox", "##es", "[ENC]", "a"]
        for (index, end) in ["\n", "\r\n", "\r"].enumerated() {
            let file = try folder.write(lines.joined(separator: end), to: "\(index).txt")
            let vocabulary = try WordPieceVocabulary(file: file)
            #expect(vocabulary.idBound == 10)
            #expect(WordPieceTokenizer(vocabulary, length: 9)("foxes a[ENC][DEC]").ids == [2, 5, 6, 8, 7, 9, 3])
        }
    }

    @Test func keepsTheLastTokenWhenItTruncates() throws {
        let tokens = try Self.tokenizer(length: 4)("fox fox fox fox")
        #expect(tokens.ids == [3, 77, 77, 4])
        #expect(tokens.truncatedCount == 2)
    }
}
