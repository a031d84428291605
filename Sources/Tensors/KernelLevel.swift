import CKernels

/// The instruction sets that kernels are written for, each containing the one before.
package enum KernelLevel: Sendable, CaseIterable {
    /// Plain C, for any CPU.
    case portable
    /// AVX2, FMA and F16C.
    case avx2
    /// AVX-512 F, BW, DQ and VL.
    case avx512

    /// The levels that this CPU runs, slowest first.
    package static var supported: [KernelLevel] {
        allCases.filter { $0.cValue.rawValue <= ck_level_of_cpu().rawValue }
    }

    /// The fastest level that this CPU runs.
    package static var best: KernelLevel { supported.last ?? .portable }

    var cValue: ck_level {
        switch self {
        case .portable: .CK_LEVEL_PORTABLE
        case .avx2: .CK_LEVEL_AVX2
        case .avx512: .CK_LEVEL_AVX512
        }
    }
}
