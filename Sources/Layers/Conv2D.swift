package import Tensors

/// A convolution of channels-last feature maps by a kernel of 1x1 to 4x4.
///
///     x [N, H, W, inputs] → [N, H', W', outputs]
package struct Conv2D: Sendable {
    private let weight: ConvolutionWeights  // [outputs, inputs, kernel, kernel]
    private let bias: Tensor?  // [outputs]
    private let stride: Int
    private let padding: ConvolutionPadding

    /// Reads `weight` and `bias`; without a `padding` the feature map keeps its size at stride 1.
    package init(
        _ weights: Weights, inputs: Int, outputs: Int, kernel: Int = 3, stride: Int = 1,
        padding: ConvolutionPadding? = nil, bias: Bool = true
    ) throws(WeightsError) {
        weight = ConvolutionWeights(try weights.tensor("weight", shape: [outputs, inputs, kernel, kernel]))
        self.bias = bias ? try weights.tensor("bias", shape: [outputs]) : nil
        self.stride = stride
        self.padding = padding ?? .symmetric(kernel / 2)
    }

    /// Reads `weight` alone, with the batch norm that follows folded into it.
    package init(
        _ weights: Weights, inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: ConvolutionPadding,
        norm: BatchNorm
    ) throws(WeightsError) {
        let plain = try weights.tensor("weight", shape: [outputs, inputs, kernel, kernel])
        weight = ConvolutionWeights(norm.folded(into: plain, outputAxis: 0))
        bias = norm.bias(on: plain.device)
        self.stride = stride
        self.padding = padding
    }

    /// The convolution, with `residual` added in the same pass.
    ///
    ///     x [N, H, W, inputs], residual [N, H', W', outputs] → [N, H', W', outputs]
    package func callAsFunction(_ x: Tensor, residual: Tensor? = nil) -> Tensor {
        convolve(x, weight, bias: bias, stride: stride, padding: padding, residual: residual)
    }
}
