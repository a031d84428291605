import Tensors
import TestSupport
import Testing

@Suite struct DoubleMatrixTests {
    private static func matrix(rows: Int, columns: Int, seed: UInt64) -> DoubleMatrix {
        DoubleMatrix(noise(rows * columns, seed: seed).map(Double.init), rowCount: rows, columnCount: columns)
    }

    @Test func aRowIsAsLongAsThereAreColumns() {
        let matrix = DoubleMatrix([1, 2, 3, 4, 5, 6], rowCount: 2, columnCount: 3)
        #expect(Array(matrix[0]) == [1, 2, 3] && Array(matrix[1]) == [4, 5, 6])
    }

    @Test func multipliesByRows() {
        let a = DoubleMatrix([1, 2, 3, 4], rowCount: 2, columnCount: 2)
        let b = DoubleMatrix([5, 6, 7, 8, 9, 10], rowCount: 2, columnCount: 3)
        #expect(a.multiplied(by: b) == DoubleMatrix([21, 24, 27, 47, 54, 61], rowCount: 2, columnCount: 3))
    }

    @Test func aProductOverNothingIsZero() {
        let (a, b) = (
            DoubleMatrix([], rowCount: 2, columnCount: 0), DoubleMatrix([], rowCount: 0, columnCount: 1)
        )
        #expect(a.multiplied(by: b) == DoubleMatrix([0, 0], rowCount: 2, columnCount: 1))
    }

    @Test func refusesWhatDoesNotFit() async {
        await #expect(processExitsWith: .failure) {
            let row = DoubleMatrix([1, 2], rowCount: 1, columnCount: 2)
            _ = row.multiplied(by: row)
        }
        await #expect(processExitsWith: .failure) {
            let row = DoubleMatrix([1, 2], rowCount: 1, columnCount: 2)
            _ = row.squaredDistances(of: 0..<1, to: DoubleMatrix([1], rowCount: 1, columnCount: 1))
        }
    }

    @Test("distances are those of the definition", arguments: [1, 7, 8, 9, 31, 64])
    func distancesAreRight(width: Int) {
        let a = Self.matrix(rows: 5, columns: width, seed: 1)
        let b = Self.matrix(rows: 3, columns: width, seed: 2)
        let distances = a.squaredDistances(of: 1..<4, to: b)
        #expect(distances.rowCount == 3 && distances.columnCount == 3)
        for row in 0..<3 {
            for column in 0..<3 {
                let expected = zip(a[row + 1], b[column]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                #expect(abs(distances.scalars[row * 3 + column] - expected) <= 1e-14 * expected)
            }
        }
    }

    @Test func distancesAreTheSameFromEitherEndAndInAnyCompany() {
        let a = Self.matrix(rows: 6, columns: 19, seed: 3)
        let whole = a.squaredDistances(of: 0..<6, to: a).scalars
        for row in 0..<6 {
            #expect(whole[row * 7] == 0)
            for column in 0..<6 { #expect(whole[row * 6 + column] == whole[column * 6 + row]) }
            #expect(a.squaredDistances(of: row..<row + 1, to: a).scalars == Array(whole[row * 6..<row * 6 + 6]))
        }
    }

    @Test func rowsOfNoColumnsAreAtZero() {
        let empty = DoubleMatrix([], rowCount: 2, columnCount: 0)
        #expect(empty.squaredDistances(of: 0..<2, to: empty).scalars == [0, 0, 0, 0])
    }
}
