import Foundation
import TestSupport

/// A text and its ids, as `Tools/golden_tokenizer.py` stores them.
struct TokenizerCase {
    struct Expected: Equatable {
        let totalCount: Int
        let ids: [Int]
    }

    let text: String
    /// By the vocabulary emoji, 32 tokens at most.
    let embedded: Expected
    /// By OpenAI's vocabulary, 77 tokens at most.
    let openAI: Expected

    static func all() throws -> [TokenizerCase] {
        var rest = [UInt8](try Data(contentsOf: URL(filePath: Repository.golden("tokenizer/cases.bin"))))[...]
        func bytes(_ count: Int) -> ArraySlice<UInt8> {
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        func integer(_ byteCount: Int) -> Int { bytes(byteCount).reversed().reduce(0) { $0 << 8 | Int($1) } }
        func expected() -> Expected {
            let totalCount = integer(4)
            return Expected(totalCount: totalCount, ids: (0..<integer(2)).map { _ in integer(2) })
        }
        var cases: [TokenizerCase] = []
        while !rest.isEmpty {
            let text = String(decoding: bytes(integer(4)), as: UTF8.self)
            cases.append(TokenizerCase(text: text, embedded: expected(), openAI: expected()))
        }
        return cases
    }
}
