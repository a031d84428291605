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
    /// Laid out [kernel row, kernel column, inputs, outputs].
    let matrix: Tensor

    /// Lays out a checkpoint's weight [outputs, inputs, kernel, kernel].
    package init(_ weight: Tensor) {
        precondition(
            weight.shape.count == 4 && weight.shape[2] == weight.shape[3] && [1, 3].contains(weight.shape[2]),
            "convolution weights of shape \(weight.shape)")
        outputs = weight.shape[0]
        inputs = weight.shape[1]
        kernel = weight.shape[2]
        let taps = kernel * kernel
        // [O, C · taps] → [C, taps, O] → [taps, C, O]
        let byInput = weight.reshaped([outputs, inputs * taps]).transposedMatrices(count: 1)
        matrix = taps == 1 ? byInput : byInput.swappingLeadingAxes(inputs, taps)
    }
}

/// A convolution of channels-last feature maps.
///
///     x [N, H, W, C], weights [O, C, k, k], bias [O] → [N, H', W', O]
///
/// A 3x3 convolution gathers, for a tile of output pixels, the 3 · C inputs of one kernel row at a time and adds
/// their product with that row's weights: no whole-map copy is made.
package func convolve(
    _ x: Tensor, _ weights: ConvolutionWeights, bias: Tensor?, stride: Int, padding: ConvolutionPadding,
    residual: Tensor? = nil
) -> Tensor {
    precondition(x.shape.count == 4 && x.shape[3] == weights.inputs, "convolution of \(x.shape)")
    let window = Window(of: x, weights, stride: stride, padding: padding)
    let shape = [x.shape[0], window.outputHeight, window.outputWidth, weights.outputs]
    precondition(bias.map { $0.shape == [weights.outputs] } ?? true, "a bias of \(bias?.shape ?? [])")
    precondition(residual.map { $0.shape == shape } ?? true, "a residual of \(residual?.shape ?? []) for \(shape)")

    let (images, outputs) = (shape[0], weights.outputs)
    let pixels = window.outputHeight * window.outputWidth
    let depth = weights.kernel * weights.inputs
    let gathers = weights.kernel > 1 || stride > 1
    let tiles = ProductTiles(rows: pixels, columns: outputs, maximumRows: 128)
    let device = x.device
    let scratch = WorkerScratch(floats: gathers ? tiles.rowsPerTile * depth : 0, on: device)
    var result = Tensor(uninitialized: shape, on: device)
    x.withPointer { x in
        weights.matrix.withPointer { matrix in
            bias.withOptionalPointer { bias in
                residual.withOptionalPointer { residual in
                    result.withMutablePointer { y in
                        let start = ProductStart(bias: bias, residual: residual)
                        device.pool.forEach(images * tiles.count) { index, worker in
                            let (position, image) = index.quotientAndRemainder(dividingBy: images)
                            let tile = tiles[position]
                            let first = image * pixels + tile.rows.lowerBound
                            let range = first..<first + tile.rows.count
                            if !start.isZero { start.write(to: y, stride: outputs, rows: range, columns: tile.columns) }
                            let map = x + image * window.height * window.width * window.channels
                            for kernelRow in 0..<weights.kernel {
                                let rows: UnsafePointer<Float>
                                if gathers {
                                    let gathered = scratch[worker]
                                    window.gather(map, pixels: tile.rows, kernelRow: kernelRow, into: gathered)
                                    rows = UnsafePointer(gathered)
                                } else {
                                    rows = map + tile.rows.lowerBound * depth
                                }
                                multiply(
                                    MatrixPointer(base: rows, stride: depth),
                                    MatrixPointer(
                                        base: matrix + kernelRow * depth * outputs + tile.columns.lowerBound,
                                        stride: outputs),
                                    into: y + first * outputs + tile.columns.lowerBound, stride: outputs,
                                    rows: tile.rows.count, columns: tile.columns.count, depth: depth,
                                    accumulating: kernelRow > 0 || !start.isZero)
                            }
                        }
                    }
                }
            }
        }
    }
    return result
}

/// Which input pixels each output pixel of a convolution sees.
private struct Window {
    let height: Int
    let width: Int
    let channels: Int
    let kernel: Int
    let stride: Int
    let before: Int
    let outputHeight: Int
    let outputWidth: Int

    init(of x: Tensor, _ weights: ConvolutionWeights, stride: Int, padding: ConvolutionPadding) {
        let (before, after) =
            switch padding {
            case .symmetric(let sides): (sides, sides)
            case .bottomRight: (0, 1)
            }
        (height, width, channels, kernel) = (x.shape[1], x.shape[2], x.shape[3], weights.kernel)
        self.stride = stride
        self.before = before
        let border = before + after - kernel
        precondition(stride >= 1 && height + border >= 0 && width + border >= 0, "a kernel larger than \(x.shape)")
        outputHeight = (height + border) / stride + 1
        outputWidth = (width + border) / stride + 1
    }

    /// Copies what one kernel row sees: for each output pixel, `kernel` neighbouring pixels, zero outside the map.
    func gather(
        _ map: UnsafePointer<Float>, pixels: Range<Int>, kernelRow: Int, into target: UnsafeMutablePointer<Float>
    ) {
        var target = target
        for pixel in pixels {
            let (outputY, outputX) = pixel.quotientAndRemainder(dividingBy: outputWidth)
            let y = outputY * stride + kernelRow - before
            let first = outputX * stride - before
            let inside = y < 0 || y >= height ? first..<first : max(0, first)..<max(0, min(width, first + kernel))
            let zerosBefore = inside.isEmpty ? kernel : inside.lowerBound - first
            target.update(repeating: 0, count: zerosBefore * channels)
            target += zerosBefore * channels
            guard !inside.isEmpty else { continue }
            target.update(from: map + (y * width + inside.lowerBound) * channels, count: inside.count * channels)
            target += inside.count * channels
            let zerosAfter = kernel - zerosBefore - inside.count
            target.update(repeating: 0, count: zerosAfter * channels)
            target += zerosAfter * channels
        }
    }
}
