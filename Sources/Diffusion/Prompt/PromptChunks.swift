package import CLIP

/// A prompt's tokens, divided into the chunks that a text encoder reads one by one.
///
/// AUTOMATIC1111's stable-diffusion-webui 1.10.1, `sd_hijack_clip.tokenize_line`: chunks are full, but one that would
/// end in the middle of a phrase ends at the comma before it, if that is near.
package struct PromptChunks: Sendable, Equatable {
    /// The most chunks that are read; the rest of the prompt is cut.
    package static let maximumCount = 8
    /// How near, in tokens, a comma must be: `comma_padding_backtrack`.
    private static let commaReach = 20

    /// At least one.
    package private(set) var chunks: [PromptChunk] = []
    /// How many tokens of the prompt were cut.
    package private(set) var truncatedCount = 0

    /// Divides a prompt as a tokenizer's length asks.
    package init(_ prompt: WeightedPrompt, by tokenizer: Tokenizer) {
        var divider = Divider(capacity: tokenizer.length - 2, comma: tokenizer.comma)
        for part in prompt.parts {
            switch part {
            case .chunkBreak: divider.endChunk()
            case .text(let text, let weight):
                for id in tokenizer.ids(of: text) { divider.append(id, weight: Float(weight)) }
            }
        }
        let all = divider.finished()
        chunks = Array(all.prefix(Self.maximumCount))
        truncatedCount = divider.unplacedCount + all.dropFirst(Self.maximumCount).reduce(0) { $0 + $1.ids.count }
    }

    /// How many tokens are read, with the begin and the end of each chunk.
    package var tokenCount: Int { chunks.reduce(0) { $0 + $1.ids.count + 2 } }

    /// The chunks, and empty ones after them: prompts of one batch are equally long.
    func padded(to count: Int) -> [PromptChunk] {
        chunks + Array(repeating: PromptChunk(), count: count - chunks.count)
    }

    /// Fills chunks token by token.
    private struct Divider {
        private let capacity: Int
        private let comma: Int?
        private var full: [PromptChunk] = []
        private var open = PromptChunk()
        /// Where the last comma of the open chunk is.
        private var commaPosition: Int?
        /// Tokens for which no chunk has room, as begin and end take all of it.
        private(set) var unplacedCount = 0

        init(capacity: Int, comma: Int?) { (self.capacity, self.comma) = (capacity, comma) }

        mutating func append(_ id: Int, weight: Float) {
            guard capacity > 0 else { return unplacedCount += 1 }
            let isFull = open.ids.count == capacity
            if id == comma {
                if isFull { endChunk() } else { commaPosition = open.ids.count }
            } else if isFull, let commaPosition, capacity - commaPosition <= PromptChunks.commaReach {
                let moved = open.split(at: commaPosition + 1)
                endChunk()
                open = moved
            } else if isFull {
                endChunk()
            }
            open.append(id, weight: weight)
        }

        mutating func endChunk() {
            full.append(open)
            open = PromptChunk()
            commaPosition = nil
        }

        /// All chunks; the last one may be empty only if it is the first.
        func finished() -> [PromptChunk] { open.ids.isEmpty && !full.isEmpty ? full : full + [open] }
    }
}

/// Tokens that a text encoder reads together, without begin, end and padding.
package struct PromptChunk: Sendable, Equatable {
    /// The tokens.
    package private(set) var ids: [Int] = []
    /// The weight of each.
    package private(set) var weights: [Float] = []

    /// Whether any token is heavier or lighter than usual.
    var isWeighted: Bool { weights.contains { $0 != 1 } }

    fileprivate mutating func append(_ id: Int, weight: Float) {
        ids.append(id)
        weights.append(weight)
    }

    /// Takes out the tokens from a position on.
    fileprivate mutating func split(at position: Int) -> PromptChunk {
        var rest = PromptChunk()
        (rest.ids, rest.weights) = (Array(ids[position...]), Array(weights[position...]))
        ids.removeSubrange(position...)
        weights.removeSubrange(position...)
        return rest
    }
}
