package import Tensors

/// A linear layer: `x · weightᵀ + bias`, and what adapters add to it.
///
///     x [..., inputs] → [..., outputs]
package struct Linear: Sendable {
    private let path: String
    private let weight: LinearWeights  // [outputs, inputs]
    private let bias: Tensor?  // [outputs]
    private var lowRank: (down: LinearWeights, up: LinearWeights)?

    /// Reads `weight` and, if the layer has one, `bias`.
    package init(_ weights: Weights, inputs: Int, outputs: Int, bias: Bool = true) throws(WeightsError) {
        path = weights.path
        weight = LinearWeights(try weights.stored("weight", shape: [outputs, inputs]), on: weights.device)
        self.bias = bias ? try weights.tensor("bias", shape: [outputs]) : nil
    }

    /// Reads a layer over maps that the checkpoint flattens as [C, pixels], for maps flattened as [pixels, C].
    package init(_ weights: Weights, channels: Int, pixels: Int, outputs: Int) throws(WeightsError) {
        let plain = try weights.tensor("weight", shape: [outputs, channels * pixels])
        let scalars = plain.scalars
        var moved = scalars
        for output in 0..<outputs {
            for pixel in 0..<pixels {
                for channel in 0..<channels {
                    let row = output * channels * pixels
                    moved[row + pixel * channels + channel] = scalars[row + channel * pixels + pixel]
                }
            }
        }
        path = weights.path
        weight = LinearWeights(Tensor(moved, shape: plain.shape, on: plain.device))
        bias = try weights.tensor("bias", shape: [outputs])
    }

    /// Takes what adapters add to the layer, in place of what earlier ones did.
    package mutating func adapt(_ adapters: inout AdapterSet) {
        let term = adapters.take(path, for: LayerShape(inputs: weight.inputs, outputs: weight.outputs))
        lowRank = term.map { (LinearWeights($0.down, on: weight.device), LinearWeights($0.up, on: weight.device)) }
    }

    /// The layer's product, with `residual` added in the same pass.
    ///
    ///     x [..., inputs], residual [..., outputs] → [..., outputs]
    package func callAsFunction(_ x: Operand, residual: consuming Tensor? = nil) -> Tensor {
        let y = linear(x, weight, bias: bias, residual: consume residual)
        guard let lowRank else { return y }
        return linear(linear(x, lowRank.down, bias: nil), lowRank.up, bias: nil, residual: consume y)
    }

    /// The layer's product, with `residual` added in the same pass.
    ///
    ///     x [..., inputs], residual [..., outputs] → [..., outputs]
    package func callAsFunction(_ x: Tensor, residual: consuming Tensor? = nil) -> Tensor {
        self(Operand(x, on: weight.device), residual: consume residual)
    }

    /// The layer's product, through an activation, as what another product reads.
    ///
    ///     x [..., inputs] → [..., outputs]
    package func operand(_ x: Operand, activation: Activation? = nil) -> Operand {
        let isFused = activation == nil || activation?.gelu != nil
        guard lowRank == nil, isFused else {
            let y = self(x)
            return Operand(activation?(y) ?? y)
        }
        return linearOperand(x, weight, bias: bias, gelu: activation?.gelu)
    }

    /// The first half of the layer's product times the exact GELU of the second, as what another product reads.
    ///
    ///     x [..., inputs] → [..., outputs / 2]
    package func gated(_ x: Operand) -> Operand {
        lowRank == nil ? linearGEGLU(x, weight, bias: bias) : Operand(geglu(self(x)))
    }
}
