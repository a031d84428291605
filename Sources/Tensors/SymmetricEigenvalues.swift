import COpenBLAS

/// The eigenvalues of a symmetric matrix, ascending; nil where a scalar is infinite or none, or LAPACK gives up.
///
///     matrix [order, order] → [order]
///
/// LAPACK's `dsyevd` without vectors. Only the lower triangle is read. What rounding leaves of a zero may be of either
/// sign, about `order` × 2⁻⁵² of the largest.
package func symmetricEigenvalues(_ matrix: [Double], order: Int) -> [Double]? {
    precondition(matrix.count == order * order, "\(matrix.count) scalars for order \(order)")
    guard matrix.allSatisfy(\.isFinite) else { return nil }
    guard order > 0 else { return [] }
    openblas_set_num_threads(1)  // as for devices: the same bytes on any number of threads
    var matrix = matrix
    var values = [Double](repeating: 0, count: order)
    var (work, integers) = ([0.0], [Int32(0)])
    _ = cblas_dsyevd_values(Int32(order), &matrix, &values, &work, -1, &integers, -1)  // -1 asks how much is wanted
    work = [Double](repeating: 0, count: Int(work[0]))
    integers = [Int32](repeating: 0, count: Int(integers[0]))
    let info = cblas_dsyevd_values(
        Int32(order), &matrix, &values, &work, Int32(work.count), &integers, Int32(integers.count))
    return info == 0 ? values : nil
}

extension DoubleMatrix {
    /// The eigenvalues that A·Aᵀ and Aᵀ·A share, ascending, from the smaller of the two; the larger's others are 0.
    ///
    ///     self [N, D] → [min(N, D)]
    ///
    /// They are nil where a scalar of the product is infinite or none, or LAPACK gives up.
    package func gramEigenvalues() -> [Double]? {
        let (order, isWide) = (min(rowCount, columnCount), rowCount <= columnCount)
        guard order > 0 else { return [] }
        openblas_set_num_threads(1)
        var gram = [Double](repeating: 0, count: order * order)
        cblas_dsyrk(
            CblasRowMajor, CblasLower, isWide ? CblasNoTrans : CblasTrans, Int32(order),
            Int32(max(rowCount, columnCount)), 1, scalars, Int32(columnCount), 0, &gram, Int32(order))
        return symmetricEigenvalues(gram, order: order)
    }
}
