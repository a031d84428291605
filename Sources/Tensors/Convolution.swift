/// Where zeros are added around a feature map before a convolution.
package enum ConvolutionPadding: Sendable {
    /// The same number on all four sides.
    case symmetric(Int)
    /// One row below and one column to the right: the autoencoder's down-sampling (diffusers `Downsample2D`, padding 0).
    case bottomRight
}

/// The weights of a convolution by a kernel of 1x1 to 4x4, laid out once for the products to come.
package struct ConvolutionWeights: Sendable {
    /// How many channels go in.
    package let inputs: Int
    /// How many channels come out.
    package let outputs: Int
    /// The side of the square kernel, in 1...4.
    package let kernel: Int
    private let layout: PanelLayout

    var panels: Panels { layout.panels }

    /// The device whose precision the weights have.
    package var device: Device { panels.device }

    /// Lays out a checkpoint's weight [outputs, inputs, kernel, kernel].
    package init(_ weight: Tensor, on device: Device? = nil) {
        let panels = Panels(weight, taps: weight.shape[2] * weight.shape[3], on: device ?? weight.device)
        self.init(weight.shape, .ready(panels))
    }

    /// Lays out a checkpoint's weight [outputs, inputs, kernel, kernel] as it is read, or when it is first multiplied by.
    package init(_ weight: StoredTensor, on device: Device) {
        let taps = weight.shape[2] * weight.shape[3]
        self.init(weight.shape, PanelLayout(of: weight) { Panels($0, taps: taps, on: device) })
    }

    private init(_ shape: [Int], _ layout: PanelLayout) {
        precondition(
            shape.count == 4 && shape[2] == shape[3] && (1...4).contains(shape[2]), "convolution weights \(shape)")
        (outputs, inputs, kernel) = (shape[0], shape[1], shape[2])
        self.layout = layout
    }
}

/// A convolution of channels-last feature maps.
///
///     x [N, H, W, C], weights [O, C, k, k], bias [O] or [N, O] → [N, H', W', O]
///
/// A 3x3 convolution is nine shifted products in one sum: for each tap of the kernel, an output pixel's row is the
/// input pixel that the tap sees, read where it lies, or zeros outside the map. Where `algorithm` names none, the
/// fastest is chosen by the shapes; one that can't compute the convolution is passed over.
package func convolve(
    _ x: Operand, _ weights: ConvolutionWeights, bias: Tensor?, stride: Int, padding: ConvolutionPadding,
    residual: consuming Tensor? = nil, by algorithm: ConvolutionAlgorithm? = nil
) -> Tensor {
    precondition(x.shape.count == 4 && x.shape[3] == weights.inputs, "convolution of \(x.shape)")
    let window = ConvolutionWindow(of: x.shape, kernel: weights.kernel, stride: stride, padding: padding)
    let shape = [x.shape[0], window.outputHeight, window.outputWidth, weights.outputs]
    if let bias, bias.shape.count == 2 {
        // An image's bias is added to its sums all the same, so it has the bits that it has alone.
        precondition(residual == nil, "a residual beside a bias for each image")
        let biases = Tensor(repeating: 0, shape: shape, on: x.device).addingChannels(bias)
        return convolve(
            x, weights, bias: nil, stride: stride, padding: padding, residual: consume biases, by: algorithm)
    }
    let winograd = WinogradConvolution(of: x, weights, stride: stride, padding: padding, algorithm: algorithm)
    if let winograd { return winograd(x, bias: bias, residual: consume residual) }
    let product = Product(
        panels: weights.panels, images: x.shape[0], rowsPerImage: window.outputHeight * window.outputWidth, bias: bias)
    let outside = Tensor(repeating: 0, shape: [weights.inputs], on: x.device)
    return Tensor(shape, on: x.device, adding: consume residual) { result, residual in
        x.withBytes { map in
            outside.withPointer { zeros in
                product.write(into: result, adding: residual, on: x.device, zeros: zeros) {
                    window.locate($0, of: x, in: map, outside: zeros, into: $1)
                }
            }
        }
    }
}

/// A convolution of feature maps that are floats.
package func convolve(
    _ x: Tensor, _ weights: ConvolutionWeights, bias: Tensor?, stride: Int, padding: ConvolutionPadding,
    residual: consuming Tensor? = nil, by algorithm: ConvolutionAlgorithm? = nil
) -> Tensor {
    convolve(
        Operand(x, on: weights.device), weights, bias: bias, stride: stride, padding: padding,
        residual: consume residual, by: algorithm)
}
