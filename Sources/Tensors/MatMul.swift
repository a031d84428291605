/// The weights of a linear layer, one output feature a row, laid out once for the products to come.
package struct LinearWeights: Sendable {
    /// How many features go in.
    package let inputs: Int
    /// How many features come out.
    package let outputs: Int
    let panels: Panels

    /// Lays out a checkpoint's weight [outputs, inputs].
    package init(_ weight: Tensor) {
        precondition(weight.shape.count == 2, "linear weights of shape \(weight.shape)")
        outputs = weight.shape[0]
        inputs = weight.shape[1]
        panels = Panels(weight)
    }
}

/// `x · weightsᵀ + bias + residual`.
///
///     x [..., K], weights [N, K], bias [N], residual [..., N] → [..., N]
///
/// A row's result does not depend on the rows beside it.
package func linear(_ x: Tensor, _ weights: LinearWeights, bias: Tensor?, residual: Tensor? = nil) -> Tensor {
    let inputs = weights.inputs
    precondition(x.shape.last == inputs, "linear [\(weights.outputs), \(inputs)] of \(x.shape)")
    let product = Product(
        panels: weights.panels, images: x.shape.count > 1 ? x.shape[0] : 1,
        rowsPerImage: x.shape.dropLast().dropFirst().reduce(1, *), bias: bias, residual: residual)
    let spaced = SpacedRows(x)
    return spaced.scalars.withPointer { base in
        product(shape: Array(x.shape.dropLast()) + [weights.outputs], on: x.device) { rows, pointers in
            for (index, row) in rows.enumerated() { pointers[index] = base + row * spaced.stride }
        }
    }
}

/// Matrix product `a · bᵀ` of two activations.
///
///     a [M, K], b [N, K] → [M, N]
package func matmul(_ a: Tensor, transposed b: Tensor) -> Tensor {
    precondition(
        a.shape.count == 2 && b.shape.count == 2 && a.shape[1] == b.shape[1],
        "matmul of \(a.shape) with transposed \(b.shape)")
    return linear(a, LinearWeights(b), bias: nil)
}
