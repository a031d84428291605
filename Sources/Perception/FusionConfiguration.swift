package import CLIP
package import JSON
import Layers

/// The sizes of a text encoder that looks at an image: BLIP's `med_config.json`, `text` of an ImageReward folder.
package struct FusionConfiguration: Sendable, Equatable {
    /// The transformer's own sizes.
    package let transformer: TransformerConfiguration
    /// How many tokens there are.
    package let vocabularyCount: Int
    /// The longest text, in tokens.
    package let positionCount: Int

    /// Reads the fields; what is absent has the value of BERT-base with BLIP's two more tokens.
    package init(_ fields: JSONCursor) throws(JSONFieldError) {
        _ = try fields.object()
        transformer = try TransformerConfiguration(
            fields, defaultWidth: 768, defaultHeadCount: 12, defaultActivation: .gelu, defaultEpsilon: 1e-12)
        vocabularyCount = try fields.field("vocab_size")?.integer(in: 1...WordPieceVocabulary.maximumCount) ?? 30_524
        positionCount = try fields.field("max_position_embeddings")?.integer(in: 2...4096) ?? 512
    }
}
