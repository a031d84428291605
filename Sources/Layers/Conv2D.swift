package import Tensors

/// A convolution of channels-last feature maps by a kernel of 1x1 to 4x4, and what adapters add to it.
///
///     x [N, H, W, inputs] → [N, H', W', outputs]
package struct Conv2D: Sendable {
    private let path: String
    private let weight: ConvolutionWeights  // [outputs, inputs, kernel, kernel]
    private let bias: Tensor?  // [outputs]
    private let stride: Int
    private let padding: ConvolutionPadding
    private var lowRank: (down: ConvolutionWeights, up: LinearWeights)?

    /// Reads `weight` and `bias`; without a `padding` the feature map keeps its size at stride 1.
    package init(
        _ weights: Weights, inputs: Int, outputs: Int, kernel: Int = 3, stride: Int = 1,
        padding: ConvolutionPadding? = nil, bias: Bool = true
    ) throws(WeightsError) {
        path = weights.path
        weight = ConvolutionWeights(
            try weights.stored("weight", shape: [outputs, inputs, kernel, kernel]), on: weights.device)
        self.bias = bias ? try weights.tensor("bias", shape: [outputs]) : nil
        self.stride = stride
        self.padding = padding ?? .symmetric(kernel / 2)
    }

    /// Reads `weight` alone, with the batch norm that follows folded into it.
    package init(
        _ weights: Weights, inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: ConvolutionPadding,
        norm: BatchNorm
    ) throws(WeightsError) {
        path = weights.path
        let plain = try weights.tensor("weight", shape: [outputs, inputs, kernel, kernel])
        weight = ConvolutionWeights(norm.folded(into: plain, outputAxis: 0))
        bias = norm.bias(on: plain.device)
        self.stride = stride
        self.padding = padding
    }

    /// Takes what adapters add to the layer, in place of what earlier ones did.
    package mutating func adapt(_ adapters: inout AdapterSet) {
        let shape = LayerShape(inputs: weight.inputs, outputs: weight.outputs, kernel: weight.kernel)
        lowRank = adapters.take(path, for: shape).map { term in
            let kernel = [term.down.shape[0], shape.inputs, shape.kernel, shape.kernel]
            return (
                ConvolutionWeights(term.down.reshaped(kernel), on: weight.device),
                LinearWeights(term.up, on: weight.device)
            )
        }
    }

    /// The convolution, with `residual` added in the same pass.
    ///
    ///     x [N, H, W, inputs], residual [N, H', W', outputs] → [N, H', W', outputs]
    package func callAsFunction(_ x: consuming Tensor, residual: consuming Tensor? = nil) -> Tensor {
        self(Operand(consume x, on: weight.device), residual: consume residual)
    }

    /// The convolution, with `residual` added in the same pass.
    ///
    ///     x [N, H, W, inputs], residual [N, H', W', outputs] → [N, H', W', outputs]
    package func callAsFunction(_ x: Operand, residual: consuming Tensor? = nil) -> Tensor {
        convolved(x, bias: bias, residual: consume residual)
    }

    /// The convolution, with one offset for each channel added in the same pass, the same for all images or not.
    ///
    ///     x [N, H, W, inputs], shift [1, outputs] or [N, outputs] → [N, H', W', outputs]
    package func callAsFunction(_ x: Operand, shift: Tensor) -> Tensor {
        let offsets = bias.map { shift.addingChannels($0) } ?? shift
        return convolved(x, bias: shift.shape[0] == 1 ? offsets.reshaped([weight.outputs]) : offsets)
    }

    private func convolved(_ x: Operand, bias: Tensor?, residual: consuming Tensor? = nil) -> Tensor {
        let y = convolve(x, weight, bias: bias, stride: stride, padding: padding, residual: consume residual)
        guard let lowRank else { return y }
        let narrow = convolve(x, lowRank.down, bias: nil, stride: stride, padding: padding)
        return linear(narrow, lowRank.up, bias: nil, residual: consume y)
    }
}
