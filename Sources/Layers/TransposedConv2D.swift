package import Tensors

/// A 4x4 transposed convolution of stride 2 and padding 1, which doubles a feature map.
///
///     x [N, H, W, inputs] → [N, 2 H, 2 W, outputs]
package struct TransposedConv2D: Sendable {
    private let weight: TransposedConvolutionWeights  // [inputs, outputs, 4, 4]
    private let bias: Tensor?  // [outputs]

    /// Reads `weight`, with the batch norm that follows folded into it if there is one.
    package init(_ weights: Weights, inputs: Int, outputs: Int, norm: BatchNorm?) throws(WeightsError) {
        let plain = try weights.tensor("weight", shape: [inputs, outputs, 4, 4])
        weight = TransposedConvolutionWeights(norm?.folded(into: plain, outputAxis: 1) ?? plain)
        bias = norm?.bias(on: plain.device)
    }

    package func callAsFunction(_ x: Tensor) -> Tensor { convolveTransposed(x, weight, bias: bias) }
}
