/// From how many pixels on each of Winograd's transforms is the faster, by the smaller number of channels (`make tune`).
package enum ConvolutionTable {
    /// A number of channels, and from how many pixels on each transform is chosen.
    package typealias Row = (channels: Int, winograd2x2: Int, winograd4x4: Int)

    /// The rows of a precision on an instruction set; none where OpenBLAS multiplies, whose kernels are the CPU's.
    package static func rows(of precision: Precision, on level: KernelLevel) -> [Row] {
        switch (precision.operand, level) {
        case (.fp32, .portable): []
        case (.fp32, .avx2): avx2
        case (.fp32, _): avx512
        default: bf16
        }
    }

    private static let avx2: [Row] = [
        (32, 144, 256),
        (64, 144, 576),
        (128, 64, 576),
        (256, 64, 1024),
        (320, 64, 1024),
        (512, 64, 576),
        (640, 36, 576),
        (1280, 36, 576),
    ]

    private static let avx512: [Row] = [
        (32, 144, 144),
        (64, 64, 144),
        (128, 36, 144),
        (256, 36, 144),
        (320, 36, 144),
        (512, 36, 144),
        (640, 36, 144),
        (1280, 36, 144),
    ]

    private static let bf16: [Row] = [
        (32, 1024, 4096),
        (64, 144, 144),
        (128, 36, 144),
        (256, 36, 144),
        (320, 36, 144),
        (512, 36, 256),
        (640, 36, 256),
        (1280, 36, 144),
    ]
}
