import Glibc

/// Centres, and how near the points lie to them.
package struct ClusterFit: Sendable, Equatable {
    /// The centres, k of D numbers.
    package let centres: [[Double]]
    /// The cluster of each point.
    package let clusters: [Int]
    /// The sum of squared distances of points to their centres.
    package let inertia: Double
    /// The mean distance of points to their centres, not squared: the "distortion" whose elbow arXiv 2407.12009's code plots.
    package let meanDistance: Double

    init(centres: [[Double]], assignment: Assignment) {
        self.centres = centres
        clusters = assignment.clusters
        inertia = assignment.squaredDistances.reduce(0, +)
        meanDistance =
            assignment.squaredDistances.reduce(0) { $0 + sqrt($1) } / Double(assignment.squaredDistances.count)
    }

    private init(centres: [[Double]], of fit: ClusterFit) {
        self.centres = centres
        (clusters, inertia, meanDistance) = (fit.clusters, fit.inertia, fit.meanDistance)
    }

    /// The same fit with every centre moved.
    func shifted(by offset: [Double]) -> ClusterFit {
        ClusterFit(centres: centres.map { centre in zip(centre, offset).map { $0 + $1 } }, of: self)
    }
}

/// Each point's nearest centre, the first of several, and how far it is.
struct Assignment {
    let clusters: [Int]
    let squaredDistances: [Double]

    init(of points: CentredPoints, to centres: [[Double]]) {
        let nearest = points.rows.map { point in
            var best = (cluster: 0, distance: Double.infinity)
            for (cluster, centre) in centres.enumerated() {
                let distance = squaredDistance(point, centre)
                if distance < best.distance { best = (cluster, distance) }
            }
            return best
        }
        clusters = nearest.map(\.cluster)
        squaredDistances = nearest.map(\.distance)
    }
}

/// ‖a - b‖².
func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) { sum += (x - y) * (x - y) }
    return sum
}

/// The elbow of a falling curve: the point farthest below the line between its ends, both axes scaled to 0 to 1.
///
/// Satopää et al. 2011, "Finding a Kneedle in a Haystack", without smoothing.
///
///     values of k, k + 1, ... → the index of the elbow
package func elbow(of values: [Double]) -> Int {
    guard let first = values.first, let last = values.last, values.count > 2, first > last else { return 0 }
    let depths = values.enumerated().map { index, value in
        1 - Double(index) / Double(values.count - 1) - (value - last) / (first - last)
    }
    return depths.indices.max { (depths[$0], -$0) < (depths[$1], -$1) } ?? 0
}
