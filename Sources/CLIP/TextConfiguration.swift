package import JSON

/// The sizes of a text encoder: `config.json` of a `CLIPTextModel`, or `text_config` of a `CLIPModel`.
package struct TextConfiguration: Sendable, Equatable {
    /// The transformer's own sizes.
    package let transformer: TransformerConfiguration
    /// How many tokens there are.
    package let vocabularyCount: Int
    /// The longest text, in tokens.
    package let positionCount: Int
    /// The token whose place a text is pooled at.
    package let endOfText: EndOfText

    /// How the token at which a text is pooled is found.
    package enum EndOfText: Sendable, Equatable {
        /// The first of the largest id: what `eos_token_id` 2 means (transformers pull request 24773).
        case largest
        /// The first of this id, or the first token of all.
        case token(Int)
    }

    /// Reads the fields; what is absent has the value of transformers' `CLIPTextConfig`.
    package init(_ fields: JSONCursor) throws(JSONFieldError) {
        transformer = try TransformerConfiguration(fields, defaultWidth: 512, defaultHeadCount: 8)
        vocabularyCount = try fields.field("vocab_size")?.integer(in: 1...1_000_000) ?? 49_408
        positionCount = try fields.field("max_position_embeddings")?.integer(in: 2...4096) ?? 77
        let token = try fields.field("eos_token_id")?.integer(in: 0...1_000_000) ?? 49_407
        endOfText = token == 2 ? .largest : .token(token)
    }
}
