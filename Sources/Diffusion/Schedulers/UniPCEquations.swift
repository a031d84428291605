import Glibc

/// The numbers of one UniPC step from a level to the next: Zhao et al., arXiv 2302.04867, theorem 3.1.
struct UniPCEquations {
    /// r of the earlier levels, then 1.
    let ratios: [Float]
    /// α B(h).
    let factor: Float
    /// What the first-order step keeps of the latents.
    let sigmaRatio: Float
    /// What the first-order step takes away of the picture.
    let decay: Float
    private let h: Float
    private let spread: Float  // B(h)

    init(_ levels: [SolverLevel], from step: Int, order: Int, form: UniPCScheduler.Form) {
        let (next, now) = (levels[step + 1], levels[step])
        let width = next.lambda - now.lambda
        ratios = (1..<order).map { (levels[step - $0].lambda - now.lambda) / width } + [1]
        h = -width
        spread = form == .bh1 ? h : expm1(h)
        factor = next.alpha * spread
        sigmaRatio = next.sigma / now.sigma
        decay = next.alpha * expm1(h)
    }

    /// The weights that make the first `count` powers of the ratios exact, by elimination with row exchanges.
    func solution(_ count: Int) -> [Float] {
        var rows = zip(0..., right(count)).map { power, right in
            ratios.prefix(count).map { pow($0, Float(power)) } + [right]
        }
        for column in 0..<count {
            let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            rows.swapAt(column, pivot)
            for row in column + 1..<count {
                let multiple = rows[row][column] / rows[column][column]
                for index in column...count { rows[row][index] -= multiple * rows[column][index] }
            }
        }
        var solution = [Float](repeating: 0, count: count)
        for row in (0..<count).reversed() {
            let known = (row + 1..<count).reduce(Float(0)) { $0 + rows[row][$1] * solution[$1] }
            solution[row] = (rows[row][count] - known) / rows[row][row]
        }
        return solution
    }

    private func right(_ count: Int) -> [Float] {
        var phi = expm1(h) / h - 1
        var factorial: Float = 1
        return (1...count).map { power in
            defer {
                factorial *= Float(power + 1)
                phi = phi / h - 1 / factorial
            }
            return phi * factorial / spread
        }
    }
}
