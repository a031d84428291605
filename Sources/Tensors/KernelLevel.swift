import CKernels
import Glibc

/// The instruction sets that kernels are written for, each containing the one before.
package enum KernelLevel: Sendable, CaseIterable {
    /// Plain C, for any CPU.
    case portable
    /// AVX2, FMA and F16C.
    case avx2
    /// AVX-512 F, BW, DQ and VL.
    case avx512
    /// AVX-512 BF16 and VNNI too.
    case avx512bf16

    /// The levels that this CPU runs, slowest first, up to the one that the environment's `LIMINAL_KERNELS` names.
    package static let supported: [KernelLevel] = {
        let limit = allCases.last { "\($0)" == limitName } ?? .avx512bf16
        return allCases.filter { $0.cValue.rawValue <= min(ck_level_of_cpu().rawValue, limit.cValue.rawValue) }
    }()

    private static let limitName = getenv("LIMINAL_KERNELS").map { String(cString: $0) }

    /// What `LIMINAL_KERNELS` says, if it names no level.
    package static var unknownLimit: String? {
        limitName.flatMap { name in allCases.contains { "\($0)" == name } ? nil : name }
    }

    /// The fastest level that this CPU runs.
    package static var best: KernelLevel { supported.last ?? .portable }

    /// The precision that is computed where none is named: bfloat16 only where the CPU multiplies it, and integers nowhere.
    package var fastestPrecision: Precision { self == .avx512bf16 ? .bf16 : .fp32 }

    /// The precisions whose products are the CPU's own instructions.
    package var precisions: [Precision] { self == .avx512bf16 ? [.fp32, .bf16, .int8] : [.fp32] }

    var cValue: ck_level {
        switch self {
        case .portable: .CK_LEVEL_PORTABLE
        case .avx2: .CK_LEVEL_AVX2
        case .avx512: .CK_LEVEL_AVX512
        case .avx512bf16: .CK_LEVEL_AVX512_BF16
        }
    }
}
