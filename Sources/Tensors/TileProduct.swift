import CKernels
import COpenBLAS

extension ck_product {
    /// Computes the tile; `scratch` has `gatheredFloats`.
    func multiply(_ level: KernelLevel, gatheringIn scratch: UnsafeMutablePointer<Float>) {
        if level == .portable {
            multiplyByBLAS(gatheringIn: scratch)
        } else {
            withUnsafePointer(to: self) { ck_multiply(level.cValue, $0) }
        }
    }

    /// The scratch memory that a tile takes.
    static func gatheredFloats(rows: Int, run: Int, _ level: KernelLevel) -> Int { level == .portable ? rows * run : 0 }

    /// Computes the tile with OpenBLAS, tap by tap, each tap's rows copied next to each other.
    ///
    ///     scratch [rows, run]
    private func multiplyByBLAS(gatheringIn scratch: UnsafeMutablePointer<Float>) {
        writeStart()
        guard let left, let panels, let result else { return }
        let width = Panels.width
        for tap in 0..<taps {
            for row in 0..<rows {
                guard let source = left[tap * rows + row] else { continue }
                (scratch + row * run).update(from: source, count: run)
            }
            for column in Swift.stride(from: 0, to: columns, by: width) {
                cblas_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(min(width, columns - column)),
                    Int32(run), 1, scratch, Int32(run), panels + column * taps * run + tap * run * width, Int32(width),
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
