import Glibc

/// K-Means: k centres such that points lie near their own, by Lloyd's iterations from a k-means++ start.
///
/// Follows scikit-learn 1.9's `KMeans(algorithm="lloyd")`, which arXiv 2407.12009's code uses: the same stopping rule, the
/// same repair of empty clusters, and the same greedy start, though from a random stream of its own. Euclidean distances;
/// centres are not normalised again.
package struct KMeans: Sendable, Equatable {
    /// How many centres.
    package var k: Int
    /// Where the random stream begins.
    package var seed: UInt64 = 0
    /// How many starts are tried; the one of least inertia counts.
    package var restartCount = 1
    /// After how many iterations a start ends, converged or not.
    package var maximumIterationCount = 300
    /// How little centres may move, as a share of the points' mean variance, before a start ends.
    package var tolerance = 1e-4

    /// How many points there may be.
    package static let maximumPointCount = 100_000

    /// The settings for k centres; scikit-learn's defaults for the rest.
    package init(k: Int) { self.k = k }

    /// Fits the points, D numbers each; `progress` hears of each start that has ended.
    package func fit(
        _ points: [[Float]], progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
    ) throws(KMeansError) -> ClusterFit {
        let centred = try CentredPoints(points, k: k)
        var random = SplitMix64(seed: seed)
        var best: ClusterFit?
        for restart in 0..<max(1, restartCount) {
            let start = centred.greedyStart(k: k, random: &random)
            let fit = iterate(centred, from: start)
            if best.map({ fit.inertia < $0.inertia }) ?? true { best = fit }
            progress(restart + 1, max(1, restartCount))
        }
        guard let best else { preconditionFailure("no start") }
        return best.shifted(by: centred.mean)
    }

    /// Fits the points from given centres.
    package func fit(_ points: [[Float]], from start: [[Double]]) throws(KMeansError) -> ClusterFit {
        precondition(start.count == k, "\(start.count) centres to start from, not \(k)")
        let centred = try CentredPoints(points, k: k)
        let moved = start.map { centre in zip(centre, centred.mean).map { $0 - $1 } }
        return iterate(centred, from: moved).shifted(by: centred.mean)
    }

    /// Lloyd's iterations: each point to its nearest centre, each centre to the mean of its points.
    private func iterate(_ points: CentredPoints, from start: [[Double]]) -> ClusterFit {
        let limit = tolerance * points.meanVariance
        var (centres, assignment) = (start, Assignment(of: points, to: start))
        for _ in 0..<maximumIterationCount {
            let next = points.means(of: assignment, from: centres)
            let shift = zip(centres, next).reduce(0) { $0 + squaredDistance($1.0, $1.1) }
            centres = next
            let again = Assignment(of: points, to: centres)
            let isSettled = again.clusters == assignment.clusters
            assignment = again
            if isSettled || shift <= limit { break }
        }
        return ClusterFit(centres: centres, assignment: assignment)
    }
}

/// Why points can't be clustered.
package enum KMeansError: Error, Equatable {
    /// No points.
    case empty
    /// More points than are accepted.
    case tooMany(Int, maximum: Int)
    /// A point of another length than the first.
    case ragged(index: Int, length: Int, expected: Int)
    /// A point with a number that is infinite or none.
    case notFinite(index: Int)
    /// Fewer different points than centres.
    case tooFewDistinct(Int, k: Int)
}
