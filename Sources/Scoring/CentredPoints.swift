import Glibc

/// Points to be clustered, with their mean taken away: distances stay as they are and lose fewer digits.
struct CentredPoints {
    /// N points of D numbers.
    let rows: [[Double]]
    /// What was taken away, D numbers.
    let mean: [Double]
    /// The mean of the coordinates' variances.
    let meanVariance: Double

    /// Checks the points, of which at least `k` must differ.
    init(_ points: [[Float]], k: Int) throws(KMeansError) {
        guard let first = points.first else { throw .empty }
        guard points.count <= KMeans.maximumPointCount else {
            throw .tooMany(points.count, maximum: KMeans.maximumPointCount)
        }
        for (index, point) in points.enumerated() {
            guard point.count == first.count else {
                throw .ragged(index: index, length: point.count, expected: first.count)
            }
            guard point.allSatisfy(\.isFinite) else { throw .notFinite(index: index) }
        }
        let distinct = Set(points).count
        guard distinct >= k else { throw .tooFewDistinct(distinct, k: k) }
        var mean = [Double](repeating: 0, count: first.count)
        for point in points { for (axis, x) in point.enumerated() { mean[axis] += Double(x) } }
        for axis in mean.indices { mean[axis] /= Double(points.count) }
        let rows = points.map { point in zip(point, mean).map { Double($0) - $1 } }
        let squares = rows.reduce(0.0) { sum, row in row.reduce(sum) { $0 + $1 * $1 } }
        meanVariance = squares / Double(points.count) / Double(max(1, mean.count))
        (self.rows, self.mean) = (rows, mean)
    }

    /// The means of the clusters; a cluster without points takes the point that is farthest from its own centre.
    func means(of assignment: Assignment, from centres: [[Double]]) -> [[Double]] {
        let width = mean.count
        var sums = centres.map { _ in [Double](repeating: 0, count: width) }
        var counts = [Int](repeating: 0, count: centres.count)
        for (row, cluster) in zip(rows, assignment.clusters) {
            for axis in 0..<width { sums[cluster][axis] += row[axis] }
            counts[cluster] += 1
        }
        let vacant = counts.indices.filter { counts[$0] == 0 }
        if !vacant.isEmpty {
            let farthest = rows.indices.sorted {
                (-assignment.squaredDistances[$0], $0) < (-assignment.squaredDistances[$1], $1)
            }
            for (cluster, point) in zip(vacant, farthest) {
                let old = assignment.clusters[point]
                for axis in 0..<width { sums[old][axis] -= rows[point][axis] }
                counts[old] -= 1
                (sums[cluster], counts[cluster]) = (rows[point], 1)
            }
        }
        return sums.indices.map { cluster in
            counts[cluster] == 0 ? centres[cluster] : sums[cluster].map { $0 / Double(counts[cluster]) }
        }
    }

    /// Greedy k-means++ (Arthur and Vassilvitskii 2007, with 2 + ln k trials a centre as in scikit-learn).
    func greedyStart(k: Int, random: inout SplitMix64) -> [[Double]] {
        let trials = 2 + Int(log(Double(k)))
        var centres = [rows[Int(random.next() % UInt64(rows.count))]]
        var nearest = rows.map { squaredDistance($0, centres[0]) }
        while centres.count < k {
            var best: (point: Int, nearest: [Double], sum: Double)?
            for _ in 0..<trials {
                let point = Self.pick(by: nearest, random: &random)
                let closer = zip(rows, nearest).map { min($1, squaredDistance($0, rows[point])) }
                let sum = closer.reduce(0, +)
                if best.map({ sum < $0.sum }) ?? true { best = (point, closer, sum) }
            }
            guard let best else { break }
            centres.append(rows[best.point])
            nearest = best.nearest
        }
        return centres
    }

    /// An index, each as likely as its weight says.
    private static func pick(by weights: [Double], random: inout SplitMix64) -> Int {
        let total = weights.reduce(0, +)
        var rest = random.unit() * total
        for (index, weight) in weights.enumerated() where weight > 0 {
            rest -= weight
            if rest < 0 { return index }
        }
        return weights.lastIndex { $0 > 0 } ?? 0
    }
}

/// A stream of random numbers that fits in one word (Steele, Lea and Flood 2014).
struct SplitMix64: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// A number in 0..<1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
