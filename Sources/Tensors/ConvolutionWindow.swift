/// Which input pixels each output pixel of a convolution sees.
struct ConvolutionWindow {
    let outputHeight: Int
    let outputWidth: Int
    private let height: Int
    private let width: Int
    private let kernel: Int
    private let stride: Int
    private let rowsBefore: Int
    private let columnsBefore: Int

    /// The window of a kernel over maps [N, H, W, C].
    init(of shape: [Int], kernel: Int, stride: Int, padding: ConvolutionPadding) {
        let (before, after) =
            switch padding {
            case .symmetric(let sides): (sides, sides)
            case .bottomRight: (0, 1)
            }
        (height, width) = (shape[1], shape[2])
        self.kernel = kernel
        self.stride = stride
        (rowsBefore, columnsBefore) = (before, before)
        let border = before + after - kernel
        precondition(stride >= 1 && height + border >= 0 && width + border >= 0, "a kernel larger than \(shape)")
        outputHeight = (height + border) / stride + 1
        outputWidth = (width + border) / stride + 1
    }

    /// The window of one phase of a 4x4 transposed convolution of stride 2 and padding 1 over maps [N, H, W, C].
    ///
    /// An output pixel in an even row sees the input rows above and at its own, one in an odd row those at and below.
    init(phaseOf shape: [Int], oddRow: Bool, oddColumn: Bool) {
        (height, width) = (shape[1], shape[2])
        (outputHeight, outputWidth) = (height, width)
        (kernel, stride) = (2, 1)
        (rowsBefore, columnsBefore) = (oddRow ? 0 : 1, oddColumn ? 0 : 1)
    }

    /// Points each output pixel, for each tap of the kernel, at the input pixel it sees.
    ///
    ///     pixels of all images' output → pointers [kernel², pixels]
    func locate(
        _ pixels: Range<Int>, of maps: Operand, in map: UnsafeRawPointer, outside: UnsafeRawPointer,
        into pointers: UnsafeMutablePointer<UnsafeRawPointer?>
    ) {
        let (byteStride, enlargement) = (maps.byteStride, maps.enlargement)
        for (index, pixel) in pixels.enumerated() {
            let (line, column) = pixel.quotientAndRemainder(dividingBy: outputWidth)
            let (image, row) = line.quotientAndRemainder(dividingBy: outputHeight)
            for tapRow in 0..<kernel {
                let y = row * stride + tapRow - rowsBefore
                for tapColumn in 0..<kernel {
                    let x = column * stride + tapColumn - columnsBefore
                    let isInside = y >= 0 && y < height && x >= 0 && x < width
                    let row = (image * height + y) * width + x
                    pointers[(tapRow * kernel + tapColumn) * pixels.count + index] =
                        isInside ? map + (enlargement?[row] ?? row) * byteStride : outside
                }
            }
        }
    }
}
