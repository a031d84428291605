package import Tensors

/// Normalisation along the last axis, with a learned scale and shift for each feature.
///
///     x [..., D] → as x
package struct LayerNorm: Sendable {
    private let scale: Tensor  // [D]
    private let shift: Tensor  // [D]
    private let epsilon: Float

    /// Reads `weight` and `bias`.
    package init(_ weights: Weights, features: Int, epsilon: Float = 1e-5) throws(WeightsError) {
        scale = try weights.tensor("weight", shape: [features])
        shift = try weights.tensor("bias", shape: [features])
        self.epsilon = epsilon
    }

    /// The normalised features, as what a product reads.
    package func callAsFunction(_ x: Tensor) -> Operand {
        layerNormOperand(x, scale: scale, shift: shift, epsilon: epsilon)
    }

    /// The normalised features.
    package func tensor(_ x: Tensor) -> Tensor { layerNorm(x, scale: scale, shift: shift, epsilon: epsilon) }
}
