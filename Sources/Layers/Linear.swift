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
        weight = LinearWeights(try weights.tensor("weight", shape: [outputs, inputs]))
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
        lowRank = term.map { (LinearWeights($0.down), LinearWeights($0.up)) }
    }

    /// The layer's product, with `residual` added in the same pass.
    ///
    ///     x [..., inputs], residual [..., outputs] → [..., outputs]
    package func callAsFunction(_ x: Tensor, residual: Tensor? = nil) -> Tensor {
        let y = linear(x, weight, bias: bias, residual: residual)
        guard let lowRank else { return y }
        return linear(linear(x, lowRank.down, bias: nil), lowRank.up, bias: nil, residual: y)
    }
}
