import COpenBLAS

/// A row-major matrix in a tensor's memory, its rows `stride` scalars apart.
struct MatrixPointer {
    let base: UnsafePointer<Float>
    let stride: Int
}

/// `c = scale · a · b`, or `c += …`, on the calling thread.
///
///     a [rows, depth], b [depth, columns] (or [columns, depth] if transposed) → c [rows, columns]
func multiply(
    _ a: MatrixPointer, _ b: MatrixPointer, transposed: Bool = false, into c: UnsafeMutablePointer<Float>,
    stride: Int, rows: Int, columns: Int, depth: Int, scale: Float = 1, accumulating: Bool = false
) {
    cblas_sgemm(
        CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), Int32(depth),
        scale, a.base, Int32(a.stride), b.base, Int32(b.stride), accumulating ? 1 : 0, c, Int32(stride))
}

/// What a product is added to: a bias per column, another tensor of the result's shape, both or neither.
struct ProductStart {
    let bias: UnsafePointer<Float>?
    let residual: UnsafePointer<Float>?

    var isZero: Bool { bias == nil && residual == nil }

    /// Writes the start of some rows and columns of a result with `stride` columns.
    func write(to c: UnsafeMutablePointer<Float>, stride: Int, rows: Range<Int>, columns: Range<Int>) {
        for row in rows {
            let target = c + row * stride
            switch (bias, residual) {
            case (let bias?, let residual?):
                let residual = residual + row * stride
                for column in columns { target[column] = residual[column] + bias[column] }
            case (let bias?, nil):
                for column in columns { target[column] = bias[column] }
            case (nil, let residual?):
                let residual = residual + row * stride
                for column in columns { target[column] = residual[column] }
            case (nil, nil):
                for column in columns { target[column] = 0 }
            }
        }
    }
}

extension Tensor? {
    /// Reads the scalars in place, if there is a tensor.
    func withOptionalPointer<Result>(_ body: (UnsafePointer<Float>?) throws -> Result) rethrows -> Result {
        guard let self else { return try body(nil) }
        return try self.withPointer { try body($0) }
    }
}
