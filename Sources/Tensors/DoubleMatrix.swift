import COpenBLAS

/// A matrix of 64-bit floats in row-major order, for statistics over embeddings, whose digits cancel.
package struct DoubleMatrix: Sendable, Equatable {
    /// How many rows there are.
    package let rowCount: Int
    /// How many numbers a row has.
    package let columnCount: Int
    /// The rows, one after the other.
    package let scalars: [Double]

    /// A matrix of the given scalars.
    package init(_ scalars: [Double], rowCount: Int, columnCount: Int) {
        precondition(scalars.count == rowCount * columnCount, "\(scalars.count) for [\(rowCount), \(columnCount)]")
        (self.scalars, self.rowCount, self.columnCount) = (scalars, rowCount, columnCount)
    }

    /// The scalars of one row.
    ///
    ///     self [N, D] → [D]
    package subscript(row: Int) -> ArraySlice<Double> { scalars[row * columnCount..<(row + 1) * columnCount] }

    /// The matrix product a · b.
    ///
    ///     self [N, K], other [K, D] → [N, D]
    package func multiplied(by other: DoubleMatrix) -> DoubleMatrix {
        precondition(columnCount == other.rowCount, "\(columnCount) columns times \(other.rowCount) rows")
        var product = [Double](repeating: 0, count: rowCount * other.columnCount)
        openblas_set_num_threads(1)  // as for devices: the same bytes on any number of threads
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rowCount), Int32(other.columnCount), Int32(columnCount),
            1, scalars, Int32(max(1, columnCount)), other.scalars, Int32(max(1, other.columnCount)), 0, &product,
            Int32(max(1, other.columnCount)))
        return DoubleMatrix(product, rowCount: rowCount, columnCount: other.columnCount)
    }

    /// ‖aᵢ - bⱼ‖² of some rows to all rows of another matrix.
    ///
    ///     self [N, D], other [M, D], rows in 0..<N → [rows.count, M]
    ///
    /// Taken from differences, in an order that depends on D alone: equal rows are at exactly 0, and a distance is the
    /// same from either end and in any company. Neither holds for ‖a‖² + ‖b‖² - 2a·b.
    package func squaredDistances(of rows: Range<Int>, to other: DoubleMatrix) -> DoubleMatrix {
        precondition(columnCount == other.columnCount, "distances of \(columnCount) columns to \(other.columnCount)")
        precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
        var distances = [Double](repeating: 0, count: rows.count * other.rowCount)
        scalars.withUnsafeBufferPointer { left in
            other.scalars.withUnsafeBufferPointer { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return }
                for column in 0..<other.rowCount {
                    for row in rows {
                        distances[(row - rows.lowerBound) * other.rowCount + column] = squaredDistance(
                            left + row * columnCount, right + column * columnCount, count: columnCount)
                    }
                }
            }
        }
        return DoubleMatrix(distances, rowCount: rows.count, columnCount: other.rowCount)
    }
}

/// ‖a - b‖², in eight sums that are added up last.
private func squaredDistance(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
    let (left, right) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    var sums = SIMD8<Double>()
    var index = 0
    while index + 8 <= count {
        let offset = index * MemoryLayout<Double>.stride
        let difference =
            left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
            - right.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        sums += difference * difference
        index += 8
    }
    var sum = sums.sum()
    while index < count {
        sum += (a[index] - b[index]) * (a[index] - b[index])
        index += 1
    }
    return sum
}
