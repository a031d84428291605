extension DoubleMatrix {
    /// The X that makes ‖self · X - targets‖² + λ ‖X‖² least, λ being `ridge` times a column's mean ‖·‖².
    ///
    ///     self [N, K], targets [N, D] → [K, D]
    ///
    /// From the normal equations, by Cholesky's factorisation (Golub & Van Loan, Matrix Computations, 4.2).
    package func leastSquares(_ targets: DoubleMatrix, ridge: Double) -> DoubleMatrix {
        precondition(rowCount == targets.rowCount, "\(rowCount) rows for \(targets.rowCount) targets")
        let transposed = transposed()
        var gram = transposed.multiplied(by: self).scalars
        let diagonal = (0..<columnCount).reduce(0) { $0 + gram[$1 * (columnCount + 1)] }
        for index in 0..<columnCount { gram[index * (columnCount + 1)] += ridge * diagonal / Double(columnCount) }
        let right = transposed.multiplied(by: targets)
        let factor = DoubleMatrix(gram, rowCount: columnCount, columnCount: columnCount).choleskyFactor()
        return factor.solving(right)
    }

    private func transposed() -> DoubleMatrix {
        let scalars = (0..<columnCount).flatMap { column in
            (0..<rowCount).map { self.scalars[$0 * columnCount + column] }
        }
        return DoubleMatrix(scalars, rowCount: columnCount, columnCount: rowCount)
    }

    /// The lower triangle L with L · Lᵀ = self, which must be symmetric and positive.
    private func choleskyFactor() -> DoubleMatrix {
        let order = rowCount
        var lower = [Double](repeating: 0, count: order * order)
        for row in 0..<order {
            for column in 0...row {
                var rest = scalars[row * order + column]
                for index in 0..<column { rest -= lower[row * order + index] * lower[column * order + index] }
                lower[row * order + column] =
                    row == column ? rest.squareRoot() : rest / lower[column * order + column]
            }
        }
        return DoubleMatrix(lower, rowCount: order, columnCount: order)
    }

    /// The X with self · selfᵀ · X = right, for a lower triangle.
    private func solving(_ right: DoubleMatrix) -> DoubleMatrix {
        let (order, width) = (rowCount, right.columnCount)
        var solution = right.scalars
        for column in 0..<width {
            for row in 0..<order {
                for index in 0..<row {
                    solution[row * width + column] -= scalars[row * order + index] * solution[index * width + column]
                }
                solution[row * width + column] /= scalars[row * (order + 1)]
            }
            for row in (0..<order).reversed() {
                for index in row + 1..<order {
                    solution[row * width + column] -= scalars[index * order + row] * solution[index * width + column]
                }
                solution[row * width + column] /= scalars[row * (order + 1)]
            }
        }
        return DoubleMatrix(solution, rowCount: order, columnCount: width)
    }
}
