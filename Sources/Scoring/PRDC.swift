/// How far generated and real items share their ground, by balls that reach to the k-th nearest item of the same set.
///
/// Precision and recall: arXiv 1904.06991; density and coverage: arXiv 2002.09797. Follows PyPI's prdc 0.2: Euclidean
/// distances of the items as they are, and an item is in a ball only if it is nearer than the radius. Equal items are at
/// exactly 0 here, where prdc has rounding errors; and k = N - 1 is accepted, where prdc's code fails.
package struct PRDC: Sendable, Equatable {
    /// The share of generated items that are in some real item's ball, in 0...1.
    package let precision: Double
    /// The share of real items that are in some generated item's ball, in 0...1.
    package let recall: Double
    /// How many real balls a generated item is in, in the mean, over k: at least 0, and more than 1 where items are dense.
    package let density: Double
    /// The share of real items whose ball holds a generated item, in 0...1.
    package let coverage: Double

    /// Compares two sets, each of more items than there are neighbours.
    package init(
        real: EmbeddingSet, generated: EmbeddingSet, neighbourCount k: Int = 5
    ) throws(SetMetricError) {
        try real.requireWidth(of: generated)
        let maximum = min(real.count, generated.count) - 1
        guard k >= 1, k <= maximum else { throw .neighbourCount(k, maximum: maximum) }
        let (realRadii, generatedRadii) = (real.squaredRadii(k), generated.squaredRadii(k))
        var ballCounts = [Int](repeating: 0, count: generated.count)  // real balls, a generated item each
        var (recalled, covered) = (0, 0)
        real.forEachRow(ofSquaredDistancesTo: generated) { index, distances in
            var (isRecalled, isCovered) = (false, false)
            for (column, distance) in distances.enumerated() {
                if distance < generatedRadii[column] { isRecalled = true }
                guard distance < realRadii[index] else { continue }
                isCovered = true
                ballCounts[column] += 1
            }
            recalled += isRecalled ? 1 : 0
            covered += isCovered ? 1 : 0
        }
        precision = Double(ballCounts.count { $0 > 0 }) / Double(generated.count)
        recall = Double(recalled) / Double(real.count)
        density = Double(ballCounts.reduce(0, +)) / Double(k * generated.count)
        coverage = Double(covered) / Double(real.count)
    }
}

extension EmbeddingSet {
    /// The squared distance of each item to the k-th nearest of the others.
    fileprivate func squaredRadii(_ k: Int) -> [Double] {
        var radii: [Double] = []
        // The item itself, at 0, is among the k + 1 smallest.
        forEachRow(ofSquaredDistancesTo: self) { _, distances in radii.append(distances.smallest(k + 1)[k]) }
        return radii
    }
}
