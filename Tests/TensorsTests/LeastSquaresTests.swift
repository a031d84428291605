import Tensors
import TestSupport
import Testing

@Suite struct LeastSquaresTests {
    private static func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> DoubleMatrix {
        DoubleMatrix(noise(rows * columns, seed: seed).map { Double($0) }, rowCount: rows, columnCount: columns)
    }

    @Test func findsTheMapThatWasApplied() {
        let (points, map) = (Self.matrix(40, 6, seed: 1), Self.matrix(6, 3, seed: 2))
        let found = points.leastSquares(points.multiplied(by: map), ridge: 0)
        #expect(found.rowCount == 6 && found.columnCount == 3)
        #expect(zip(found.scalars, map.scalars).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func leavesAnErrorAtRightAnglesToEveryColumn() {
        let (points, targets) = (Self.matrix(30, 4, seed: 3), Self.matrix(30, 2, seed: 4))
        let fitted = points.multiplied(by: points.leastSquares(targets, ridge: 0))
        for column in 0..<4 {
            for target in 0..<2 {
                let product = (0..<30).reduce(0.0) { sum, row in
                    let place = row * 2 + target
                    return sum + points.scalars[row * 4 + column] * (targets.scalars[place] - fitted.scalars[place])
                }
                #expect(abs(product) < 1e-12)
            }
        }
    }

    @Test func findsNothingInColumnsThatSayNothing() {
        let points = DoubleMatrix([1, 0, 2, 0, 3, 0], rowCount: 3, columnCount: 2)
        let found = points.leastSquares(DoubleMatrix([2, 4, 6], rowCount: 3, columnCount: 1), ridge: 1e-9)
        #expect(abs(found.scalars[0] - 2) < 1e-6 && found.scalars[1] == 0)
    }
}
