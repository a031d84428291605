import Tensors
import TestSupport
import Testing

@Suite struct SymmetricEigenvaluesTests {
    @Test("agree with NumPy", arguments: [1, 2, 7, 40])
    func agreeWithNumPy(order: Int) throws {
        let golden = try Golden("metrics.safetensors")
        let values = try #require(symmetricEigenvalues(try golden.doubles("symmetric.\(order)"), order: order))
        expectNear(values, try golden.doubles("symmetric.\(order).eigenvalues"))
    }

    @Test func areFoundWhereTheyRepeat() throws {
        let plane = [2.0, 1, 1, 1, 2, 1, 1, 1, 2]  // 1 + the matrix of ones
        expectNear(try #require(symmetricEigenvalues(plane, order: 3)), [1, 1, 4])
        #expect(symmetricEigenvalues([5, 0, 0, 5], order: 2) == [5, 5])
    }

    @Test func areZeroForZeroAndItselfForOneNumber() {
        #expect(symmetricEigenvalues([Double](repeating: 0, count: 9), order: 3) == [0, 0, 0])
        #expect(symmetricEigenvalues([-3], order: 1) == [-3])
        #expect(symmetricEigenvalues([], order: 0) == [])
    }

    @Test func needOnlyTheLowerTriangle() throws {
        expectNear(try #require(symmetricEigenvalues([2, 99, 1, 2], order: 2)), [1, 3])
    }

    @Test("are none where a scalar is none", arguments: [Double.nan, .infinity])
    func areNoneForNonFinite(scalar: Double) {
        #expect(symmetricEigenvalues([1, 0, scalar, 1], order: 2) == nil)
    }

    @Test("of both Gram matrices are the same", arguments: [[4, 9], [9, 4], [6, 6], [1, 5], [5, 1]])
    func gramEigenvalues(shape: [Int]) throws {
        let (n, d) = (shape[0], shape[1])
        let scalars = noise(n * d).map(Double.init)
        let matrix = DoubleMatrix(scalars, rowCount: n, columnCount: d)
        let values = try #require(matrix.gramEigenvalues())
        #expect(values.count == min(n, d))
        var products = [Double](repeating: 0, count: n * n)
        for row in 0..<n {
            for column in 0..<n {
                products[row * n + column] = zip(matrix[row], matrix[column]).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
        let all = try #require(symmetricEigenvalues(products, order: n))
        expectNear(values, Array(all.suffix(values.count)))
    }

    @Test func gramsOfNothingHaveNone() {
        #expect(DoubleMatrix([], rowCount: 0, columnCount: 3).gramEigenvalues() == [])
        #expect(DoubleMatrix([1e200, 1e200], rowCount: 1, columnCount: 2).gramEigenvalues() == nil)  // overflows
    }

    /// Expects every eigenvalue within 1e-12 of the largest.
    private func expectNear(
        _ values: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(values.count == expected.count, sourceLocation: sourceLocation)
        let scale = expected.reduce(0) { max($0, abs($1)) }
        for (value, reference) in zip(values, expected) {
            #expect(abs(value - reference) <= 1e-12 * scale, sourceLocation: sourceLocation)
        }
    }
}
