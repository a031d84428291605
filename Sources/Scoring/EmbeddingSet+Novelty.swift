/// How far items lie from a reference set.
package struct Novelty: Sendable, Equatable {
    /// 1 - the mean cosine to the nearest references, in 0...2, an item each.
    package let values: [Double]

    /// The mean of the items' values.
    package var mean: Double { values.reduce(0, +) / Double(values.count) }
}

extension EmbeddingSet {
    /// How new each item is beside a reference set: 1 - the mean of its `neighbourCount` largest cosines to it.
    ///
    /// One neighbour makes it 1 - the largest cosine. There must be as many references as neighbours. For unit vectors
    /// 1 - a·b is ‖a - b‖² / 2, which is exactly 0 for an item that is in the reference set.
    package func novelty(
        against reference: EmbeddingSet, neighbourCount: Int = 1
    ) throws(SetMetricError) -> Novelty {
        try requireWidth(of: reference)
        guard (1...reference.count).contains(neighbourCount) else {
            throw .neighbourCount(neighbourCount, maximum: reference.count)
        }
        let (items, known) = (try normalized(), try reference.normalized())
        var values: [Double] = []
        items.forEachRow(ofSquaredDistancesTo: known) { _, distances in
            let nearest = distances.smallest(neighbourCount)
            values.append(nearest.reduce(0, +) / Double(neighbourCount) / 2)
        }
        return Novelty(values: values)
    }
}

extension ArraySlice<Double> {
    /// The `count` smallest numbers, ascending.
    func smallest(_ count: Int) -> [Double] {
        guard count <= 32 else { return Array(sorted().prefix(count)) }  // where insertion would be the slower way
        var smallest: [Double] = []
        for value in self where smallest.count < count || value < smallest[count - 1] {
            if smallest.count == count { smallest.removeLast() }
            smallest.insert(value, at: smallest.firstIndex { $0 > value } ?? smallest.count)
        }
        return smallest
    }
}
