/// The weights of a linear layer, one output feature a row, laid out once for the products to come.
package struct LinearWeights: Sendable {
    /// How many features go in.
    package let inputs: Int
    /// How many features come out.
    package let outputs: Int

    /// Lays out a checkpoint's weight [outputs, inputs].
    package init(_ weight: Tensor) { preconditionFailure() }
}

/// `x · weightsᵀ + bias + residual`.
///
///     x [..., K], weights [N, K], bias [N], residual [..., N] → [..., N]
package func linear(_ x: Tensor, _ weights: LinearWeights, bias: Tensor?, residual: Tensor? = nil) -> Tensor {
    preconditionFailure()
}

/// Matrix product `a · bᵀ` of two activations.
///
///     a [M, K], b [N, K] → [M, N]
package func matmul(_ a: Tensor, transposed b: Tensor) -> Tensor { preconditionFailure() }
