/// Where zeros are added around a feature map before a convolution.
package enum ConvolutionPadding: Sendable {
    /// The same number on all four sides.
    case symmetric(Int)
    /// One row below and one column to the right: the autoencoder's down-sampling (diffusers `Downsample2D`, padding 0).
    case bottomRight
}

/// The weights of a 1x1 or 3x3 convolution, laid out once for the products to come.
package struct ConvolutionWeights: Sendable {
    /// How many channels go in.
    package let inputs: Int
    /// How many channels come out.
    package let outputs: Int
    /// The side of the square kernel: 1 or 3.
    package let kernel: Int

    /// Lays out a checkpoint's weight [outputs, inputs, kernel, kernel].
    package init(_ weight: Tensor) { preconditionFailure() }
}

/// A convolution of channels-last feature maps.
///
///     x [N, H, W, C], weights [O, C, k, k], bias [O] → [N, H', W', O]
package func convolve(
    _ x: Tensor, _ weights: ConvolutionWeights, bias: Tensor?, stride: Int, padding: ConvolutionPadding,
    residual: Tensor? = nil
) -> Tensor { preconditionFailure() }
