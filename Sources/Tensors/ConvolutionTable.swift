/// From how many pixels on each of Winograd's transforms is the faster, by the smaller number of channels (`make tune`).
enum ConvolutionTable {
    typealias Row = (channels: Int, winograd2x2: Int, winograd4x4: Int)

    static func rows(of precision: Precision, on level: KernelLevel) -> [Row] {
        switch (precision.operand, level) {
        case (.fp32, .portable): portable
        case (.fp32, .avx2): avx2
        case (.fp32, _): avx512
        case (_, _): bf16
        }
    }

    private static let portable: [Row] = []

    private static let avx2: [Row] = []

    private static let avx512: [Row] = [
        (32, 1024, 4096),
        (64, 144, 144),
        (128, 36, 144),
        (256, 36, 144),
        (320, 36, 144),
        (512, 36, 256),
        (640, 36, 256),
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
