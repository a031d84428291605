/// The weights of a 4x4 transposed convolution of stride 2 and padding 1, laid out once for the products to come.
///
/// Such a convolution doubles a map. Output pixels in even or odd rows and columns, four phases in all, each see 2x2
/// input pixels through four of the kernel's sixteen positions: four plain convolutions, and nothing is added twice.
package struct TransposedConvolutionWeights: Sendable {
    /// How many channels go in.
    package let inputs: Int
    /// How many channels come out.
    package let outputs: Int
    /// Of the output pixels in even rows and columns, in odd columns, in odd rows, and in both.
    let phases: [Panels]

    /// Lays out a checkpoint's weight [inputs, outputs, 4, 4].
    package init(_ weight: Tensor) {
        precondition(
            weight.shape.count == 4 && weight.shape[2...] == [4, 4],
            "transposed convolution weights of shape \(weight.shape)")
        let (inputs, outputs) = (weight.shape[0], weight.shape[1])
        (self.inputs, self.outputs) = (inputs, outputs)
        phases = (0..<4).map { phase in
            Panels(Self.taps(of: weight, oddRow: phase / 2, oddColumn: phase % 2), taps: 4, on: weight.device)
        }
    }

    /// A phase's weights: tap t of an axis is kernel position 3 - 2 t in even rows and 2 - 2 t in odd ones.
    ///
    ///     weight [inputs, outputs, 4, 4] → [outputs, inputs, 2, 2]
    private static func taps(of weight: Tensor, oddRow: Int, oddColumn: Int) -> Tensor {
        let (inputs, outputs) = (weight.shape[0], weight.shape[1])
        var taps = Tensor(uninitialized: [outputs, inputs, 2, 2], on: weight.device)
        weight.withPointer { source in
            taps.write { target, pool in
                pool.forEachRows(of: outputs, width: inputs * 4) { rows in
                    for output in rows {
                        for input in 0..<inputs {
                            let kernel = source + (input * outputs + output) * 16
                            let tap = target + (output * inputs + input) * 4
                            for index in 0..<4 {
                                let (row, column) = (3 - oddRow - index / 2 * 2, 3 - oddColumn - index % 2 * 2)
                                tap[index] = kernel[row * 4 + column]
                            }
                        }
                    }
                }
            }
        }
        return taps
    }
}

/// A 4x4 transposed convolution of stride 2 and padding 1: `torch.nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)`.
///
///     x [N, H, W, C], weights [C, O, 4, 4], bias [O] → [N, 2 H, 2 W, O]
package func convolveTransposed(_ map: Tensor, _ weights: TransposedConvolutionWeights, bias: Tensor?) -> Tensor {
    let x = Operand(map, on: weights.phases[0].device)
    precondition(x.shape.count == 4 && x.shape[3] == weights.inputs, "transposed convolution of \(x.shape)")
    let (images, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], weights.outputs)
    let outside = Tensor(repeating: 0, shape: [weights.inputs], on: x.device)
    var result = Tensor(uninitialized: [images, 2 * height, 2 * width, channels], on: x.device)
    for (phase, panels) in weights.phases.enumerated() {
        let (oddRow, oddColumn) = (phase / 2, phase % 2)
        let window = ConvolutionWindow(phaseOf: x.shape, oddRow: oddRow == 1, oddColumn: oddColumn == 1)
        let product = Product(
            panels: panels, images: images, rowsPerImage: height * width, bias: bias)
        let pixels = Tensor([images, height, width, channels], on: x.device, adding: nil) { pixels, _ in
            x.withBytes { map in
                outside.withPointer { zeros in
                    product.write(into: pixels, on: x.device, zeros: zeros) {
                        window.locate($0, of: x, in: map, outside: zeros, into: $1)
                    }
                }
            }
        }
        pixels.withPointer { pixels in
            result.write { result, pool in
                pool.forEachRows(of: images * height, width: width * channels) { rows in
                    for row in rows {
                        let line = result + (2 * row + oddRow) * 2 * width * channels
                        for column in 0..<width {
                            (line + (2 * column + oddColumn) * channels).update(
                                from: pixels + (row * width + column) * channels, count: channels)
                        }
                    }
                }
            }
        }
    }
    return result
}
