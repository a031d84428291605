import CLIP

/// Texts as a CLIP's text encoder takes them.
struct EmbeddedTexts: Sendable {
    /// Which end of a text that is too long is cut off.
    enum Cut: Sendable {
        case beginning, end
    }

    /// The padded ids of each text.
    let ids: [[Int]]
    /// How many tokens the texts have together, with begin and end, and without what is cut.
    let tokenCount: Int
    /// The texts that are too long, by their place, and how many of their tokens are not seen.
    let cutCounts: [(index: Int, count: Int)]

    init(_ texts: [String], by tokenizer: Tokenizer, cutting cut: Cut = .end) {
        let room = tokenizer.length - 2
        let all = texts.map { tokenizer.ids(of: $0) }
        ids = all.map { tokenizer.framed(cut == .end ? $0.prefix(room) : $0.suffix(room)) }
        tokenCount = all.reduce(0) { $0 + min($1.count, room) + 2 }
        cutCounts = all.enumerated().compactMap { index, ids in
            ids.count > room ? (index, ids.count - room) : nil
        }
    }
}
