import CKernels
import COpenBLAS

extension ck_product {
    /// Computes the tile in the precision of a device; `scratch` has `gatheredFloats`.
    func multiply(_ device: Device, gatheringIn scratch: UnsafeMutablePointer<Float>) {
        switch (device.precision, device.level) {
        case (.bf16, let level), (.int8, let level): withUnsafePointer(to: self) { ck_multiply_bf16(level.cValue, $0) }
        case (.fp32, .portable): multiplyByBLAS(gatheringIn: scratch)
        case (.fp32, let level): withUnsafePointer(to: self) { ck_multiply(level.cValue, $0) }
        }
    }

    /// Computes the tile of bytes by quantized panels.
    func multiplyIntegers(_ device: Device) {
        withUnsafePointer(to: self) { ck_multiply_int8(device.level.cValue, $0) }
    }

    /// The scratch memory that a tile takes.
    static func gatheredFloats(rows: Int, run: Int, _ device: Device) -> Int {
        device.level == .portable && device.precision == .fp32 ? rows * run : 0
    }

    /// Computes the tile with OpenBLAS, tap by tap, each tap's rows copied next to each other.
    ///
    ///     scratch [rows, run]
    private func multiplyByBLAS(gatheringIn scratch: UnsafeMutablePointer<Float>) {
        writeStart()
        guard let left, let panels = panels?.assumingMemoryBound(to: Float.self), let result else { return }
        let width = Panels.width
        for tap in 0..<taps {
            for row in 0..<rows {
                guard let source = left[tap * rows + row]?.assumingMemoryBound(to: Float.self) else { continue }
                (scratch + row * run).update(from: source, count: run)
            }
            for column in Swift.stride(from: 0, to: columns, by: width) {
                cblas_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(min(width, columns - column)),
                    Int32(run), 1, scratch, Int32(run), panels + column / width * panel_stride + tap * run * width,
                    Int32(width),
                    1, result + column, Int32(stride))
            }
        }
    }

    /// Writes what the product is added to.
    private func writeStart() {
        guard let result else { return }
        for row in 0..<rows {
            for column in 0..<columns {
                let at = row * stride + column
                result[at] = (bias?[column] ?? 0) + (residual?[at] ?? 0)
            }
        }
    }
}
