/// A prompt's text with the weights that its brackets give, divided where the word `BREAK` stands.
///
/// The syntax is that of AUTOMATIC1111's stable-diffusion-webui 1.10.1, `prompt_parser.parse_prompt_attention`:
/// `(x)` is 1.1 times as heavy, `[x]` 1.1 times lighter, `(x:1.3)` 1.3 times as heavy; `\(`, `\)`, `\[`, `\]` and `\\`
/// stand for themselves, any other backslash for nothing; a bracket that is never closed lasts to the end. Its prompt
/// editing (`[a:b:0.5]`, `[a|b]`) and `AND` are read elsewhere there and nowhere here: they are text in brackets.
/// One thing differs: `BREAK` divides inside brackets too, where that function's product makes a word of it.
package struct WeightedPrompt: Sendable, Equatable {
    /// A stretch of a prompt.
    package enum Part: Sendable, Equatable {
        /// Text of one weight, never empty.
        case text(String, weight: Double)
        /// `BREAK`: what follows starts a chunk of its own.
        case chunkBreak
    }

    /// The weights that a prompt may write, and the products that its text may have.
    package static let weights = -10.0...10.0
    /// The most brackets that may be open at once; it bounds the work.
    package static let maximumDepth = 100

    /// The stretches, in order.
    package let parts: [Part]

    /// Reads a prompt.
    package init(_ text: String) throws(PromptError) {
        var reader = AttentionReader(text)
        parts = Self.merged(try reader.runs())
    }

    /// The words without their weights.
    package var words: String {
        parts.map { part in
            switch part {
            case .text(let text, _): text
            case .chunkBreak: " "
            }
        }.joined()
    }

    /// Neighbours of equal weight become one text, so that words which only brackets divide are whole again.
    private static func merged(_ runs: [AttentionReader.Run]) -> [Part] {
        var parts: [Part] = []
        var scalars: [Unicode.Scalar] = []
        var weight = 1.0
        func add() {
            guard !scalars.isEmpty else { return }
            parts.append(.text(String(String.UnicodeScalarView(scalars)), weight: weight))
            scalars = []
        }
        for run in runs {
            if run.isBreak || run.weight != weight { add() }
            guard !run.isBreak else {
                parts.append(.chunkBreak)
                continue
            }
            weight = run.weight
            scalars.append(contentsOf: run.scalars)
        }
        add()
        return parts
    }
}
