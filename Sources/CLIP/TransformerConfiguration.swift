package import JSON
package import Layers

/// The sizes that transformers of texts and of images have in common.
package struct TransformerConfiguration: Sendable, Equatable {
    /// The width of every token.
    package let width: Int
    /// The width between the two linear layers of a block.
    package let innerWidth: Int
    /// How many blocks there are.
    package let layerCount: Int
    /// How many parts attention splits the width into.
    package let headCount: Int
    /// The non-linearity between the two linear layers of a block.
    package let activation: Activation
    /// What layer norms add to the variance.
    package let epsilon: Float

    /// Reads a configuration of transformers; what is absent has the value of its class, which for CLIP's need not be given.
    package init(
        _ fields: JSONCursor, defaultWidth: Int, defaultHeadCount: Int, defaultActivation: Activation = .quickGelu,
        defaultEpsilon: Double = 1e-5
    ) throws(JSONFieldError) {
        width = try fields.field("hidden_size")?.integer(in: 1...8192) ?? defaultWidth
        innerWidth = try fields.field("intermediate_size")?.integer(in: 1...65_536) ?? 4 * defaultWidth
        layerCount = try fields.field("num_hidden_layers")?.integer(in: 1...128) ?? 12
        headCount = try fields.field("num_attention_heads")?.integer(in: 1...256) ?? defaultHeadCount
        activation = try fields.field("hidden_act").map(Activation.init) ?? defaultActivation
        epsilon = Float(try fields.field("layer_norm_eps")?.number(in: 0...1) ?? defaultEpsilon)
        guard width.isMultiple(of: headCount) else {
            throw .outOfRange(
                pointer: fields.pointer(to: "num_attention_heads"), expected: "a divisor of hidden_size \(width)",
                actual: "\(headCount)")
        }
    }
}
