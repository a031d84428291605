/// The weights of a linear layer, one output feature a row, laid out once for the products to come.
package struct LinearWeights: Sendable {
    /// How many features go in.
    package let inputs: Int
    /// How many features come out.
    package let outputs: Int
    private let layout: PanelLayout

    var panels: Panels { layout.panels }

    /// Lays out a weight [outputs, inputs] in the precision of a device, by default its own.
    package init(_ weight: Tensor, on device: Device? = nil) {
        precondition(weight.shape.count == 2, "linear weights of shape \(weight.shape)")
        (outputs, inputs) = (weight.shape[0], weight.shape[1])
        layout = .ready(Panels(linear: weight, on: device ?? weight.device))
    }

    /// The device whose precision the weights have.
    package var device: Device { panels.device }

    /// Lays out a checkpoint's weight [outputs, inputs] as it is read, or when it is first multiplied by.
    package init(_ weight: StoredTensor, on device: Device) {
        precondition(weight.shape.count == 2, "linear weights of shape \(weight.shape)")
        (outputs, inputs) = (weight.shape[0], weight.shape[1])
        layout = PanelLayout(of: weight) { Panels(linear: $0, on: device) }
    }
}

/// `x · weightsᵀ + bias + residual`.
///
///     x [..., K], weights [N, K], bias [N], residual [..., N] → [..., N]
///
/// A row's result does not depend on the rows beside it.
package func linear(
    _ x: Operand, _ weights: LinearWeights, bias: Tensor?, residual: consuming Tensor? = nil
) -> Tensor {
    let product = Product(of: x, weights, bias: bias)
    let left = LeftRows(of: x, by: weights.panels)
    let shape: [Int] = x.shape.dropLast() + [weights.outputs]
    return Tensor(shape, on: x.device, adding: consume residual) { result, residual in
        left.withBytes { base in
            product.write(into: result, adding: residual, on: x.device, locate: left.locate(from: base))
        }
    }
}

/// `x · weightsᵀ + bias + residual`.
package func linear(_ x: Tensor, _ weights: LinearWeights, bias: Tensor?, residual: consuming Tensor? = nil) -> Tensor {
    linear(Operand(x, on: weights.device), weights, bias: bias, residual: consume residual)
}

/// `x · weightsᵀ + bias`, through a GELU if there is one, as what another product reads.
///
///     x [..., K], weights [N, K], bias [N] → [..., N]
package func linearOperand(_ x: Operand, _ weights: LinearWeights, bias: Tensor?, gelu form: GELU? = nil) -> Operand {
    let product = Product(of: x, weights, bias: bias)
    let left = LeftRows(of: x, by: weights.panels)
    return left.withBytes { base in
        product.operand(
            shape: x.shape.dropLast() + [weights.outputs], on: x.device, gelu: form,
            locate: left.locate(from: base))
    }
}

/// The first half of `x · weightsᵀ + bias` times the exact GELU of the second, as what another product reads.
///
///     x [..., K], weights [2 N, K], bias [2 N] → [..., N]
package func linearGEGLU(_ x: Operand, _ weights: LinearWeights, bias: Tensor?) -> Operand {
    let half = weights.outputs / 2
    guard half.isMultiple(of: Panels.width) else {
        return Operand(geglu(linear(x, weights, bias: bias)))
    }
    let product = Product(of: x, weights, bias: bias)
    let left = LeftRows(of: x, by: weights.panels)
    return left.withBytes { base in
        product.gated(shape: x.shape.dropLast() + [half], on: x.device, locate: left.locate(from: base))
    }
}

extension Product {
    /// The product of a linear layer.
    fileprivate init(of x: Operand, _ weights: LinearWeights, bias: Tensor?) {
        precondition(x.shape.last == weights.inputs, "linear [\(weights.outputs), \(weights.inputs)] of \(x.shape)")
        self.init(
            panels: weights.panels, images: x.shape.count > 1 ? x.shape[0] : 1,
            rowsPerImage: x.shape.dropLast().dropFirst().reduce(1, *), bias: bias)
    }
}

extension LeftRows {
    /// Points at rows one after the other.
    fileprivate func locate(from base: UnsafeMutableRawPointer) -> Product.Locate {
        { rows, pointers in
            for (index, row) in rows.enumerated() { pointers[index] = UnsafeRawPointer(base) + row * byteStride }
        }
    }
}

/// Matrix product `a · bᵀ` of two activations, always in single precision.
///
///     a [M, K], b [N, K] → [M, N]
package func matmul(_ a: Tensor, transposed b: Tensor) -> Tensor {
    precondition(
        a.shape.count == 2 && b.shape.count == 2 && a.shape[1] == b.shape[1],
        "matmul of \(a.shape) with transposed \(b.shape)")
    return linear(a, LinearWeights(b, on: b.device.computing(in: .fp32)), bias: nil)
}
