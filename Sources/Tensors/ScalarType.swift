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
}

extension Tensor {
    /// The scalars that a file holds, in row-major order and little-endian, from a byte offset of any alignment on.
    ///
    /// The caller has checked that the file is long enough.
    package init(mapped file: MappedFile, byteOffset: Int, type: ScalarType, shape: [Int], on device: Device) {
        self.init(uninitialized: shape, on: device)
        let (level, width, count) = (device.level.cValue, type.byteCount, count)
        precondition(
            byteOffset >= 0 && byteOffset <= file.size && count <= (file.size - byteOffset) / width,
            "\(shape) scalars of \(width) bytes at \(byteOffset) of a file of \(file.size)")
        withMutablePointer { scalars in
            file.withBytes(in: byteOffset..<byteOffset + count * width) { bytes in
                guard let source = bytes.baseAddress else { return }
                device.pool.forEachChunk(of: count) { range in
                    let (y, x) = (scalars + range.lowerBound, source + range.lowerBound * width)
                    switch type {
                    case .float32: UnsafeMutableRawPointer(y).copyMemory(from: x, byteCount: range.count * width)
                    case .float16: ck_widen_f16(level, y, x, range.count)
                    case .bfloat16: ck_widen_bf16(level, y, x, range.count)
                    }
                }
            }
        }
    }
}
