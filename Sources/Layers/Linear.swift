package import Tensors

/// A linear layer: `x · weightᵀ + bias`.
///
///     x [..., inputs] → [..., outputs]
package struct Linear: Sendable {
    private let weight: LinearWeights  // [outputs, inputs]
    private let bias: Tensor?  // [outputs]

    /// Reads `weight` and, if the layer has one, `bias`.
    package init(_ weights: Weights, inputs: Int, outputs: Int, bias: Bool = true) throws(WeightsError) {
        weight = LinearWeights(try weights.tensor("weight", shape: [outputs, inputs]))
        self.bias = bias ? try weights.tensor("bias", shape: [outputs]) : nil
    }

    /// The layer's product, with `residual` added in the same pass.
    ///
    ///     x [..., inputs], residual [..., outputs] → [..., outputs]
    package func callAsFunction(_ x: Tensor, residual: Tensor? = nil) -> Tensor {
        linear(x, weight, bias: bias, residual: residual)
    }
}
