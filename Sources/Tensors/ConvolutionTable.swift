/// From how many pixels on each of Winograd's transforms is the faster, by the smaller number of channels.
///
/// The rows are those of `ConvolutionTable+Rows.swift`.
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
}
