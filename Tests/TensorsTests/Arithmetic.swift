import Tensors
import Testing

/// One way that a device computes products: an instruction set and a precision.
struct Arithmetic: Sendable, CustomTestStringConvertible {
    let level: KernelLevel
    let precision: Precision

    /// Every way that this CPU has; bfloat16 in plain C and by the CPU's own instructions.
    static let all =
        KernelLevel.supported.map { Arithmetic(level: $0, precision: .fp32) }
        + KernelLevel.supported.filter { [.portable, .avx512bf16].contains($0) }.map {
            Arithmetic(level: $0, precision: .bf16)
        }

    var testDescription: String { "\(precision) on \(level)" }

    func device(threads: Int) -> Device { Device(threads: threads, level: level, precision: precision) }
}
