import CKernels

/// How checkpoints store a scalar.
package enum ScalarType: Sendable {
    /// IEEE 754 single precision.
    case float32
    /// IEEE 754 half precision.
    case float16
    /// The upper half of a single-precision number.
    case bfloat16

    /// How many bytes a scalar takes.
    package var byteCount: Int {
        switch self {
        case .float32: 4
        case .float16, .bfloat16: 2
        }
    }

    /// Widens scalars at any alignment.
    func widen(_ x: UnsafeRawPointer, into y: UnsafeMutablePointer<Float>, count: Int, _ level: KernelLevel) {
        switch self {
        case .float32: UnsafeMutableRawPointer(y).copyMemory(from: x, byteCount: count * byteCount)
        case .float16: ck_widen_f16(level.cValue, y, x, count)
        case .bfloat16: ck_widen_bf16(level.cValue, y, x, count)
        }
    }

    var cValue: ck_scalar {
        switch self {
        case .float32: .CK_SCALAR_F32
        case .float16: .CK_SCALAR_F16
        case .bfloat16: .CK_SCALAR_BF16
        }
    }
}
