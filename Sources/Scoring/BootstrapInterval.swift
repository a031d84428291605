import Tensors

/// The interval that holds a mean with 95 % confidence, by the percentile bootstrap.
///
/// Efron and Tibshirani 1993, section 13.3: the 2.5 % and 97.5 % quantiles of the means of 2000 resamples, each as many
/// values drawn with replacement. Quantiles are interpolated linearly, as NumPy does. A seed gives the same interval.
package struct BootstrapInterval: Sendable, Equatable {
    /// The mean of all that was drawn from.
    package let mean: Double
    /// The 2.5 % quantile of the resamples' means.
    package let lower: Double
    /// The 97.5 % quantile of the resamples' means.
    package let upper: Double

    /// How many resamples are drawn.
    package static let resampleCount = 2000

    /// The interval of the mean of some finite values, of which there is at least one; a single value is both ends.
    package init(ofMeanOf values: [Double], seed: UInt64) throws(SetMetricError) {
        guard !values.isEmpty else { throw .tooFew(0, minimum: 1) }
        if let index = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
        var random = SplitMix64(seed: seed)
        let count = Double(values.count)
        let means = (0..<Self.resampleCount).map { _ in
            values.indices.reduce(0.0) { sum, _ in sum + values[Int(random.next() % UInt64(values.count))] } / count
        }
        self.init(mean: values.reduce(0, +) / count, resamples: means)
    }

    /// The interval of a set's mean pairwise cosine, of two items at least, where items are drawn with replacement.
    ///
    /// An item that is drawn twice makes no pair with its copy, whose cosine of 1 would lift each resample by about
    /// (1 - mean) / N; a resample of a single item makes no pair at all, and is drawn again. With w the draws of each unit
    /// vector u, the mean is (‖Σ w u‖² - Σ w²) / (N² - Σ w²).
    package init(ofMeanPairwiseCosineOf set: EmbeddingSet, seed: UInt64) throws(SetMetricError) {
        let mean = try set.meanPairwiseCosine()
        let items = try set.normalized().rows
        let (count, block) = (set.count, 100)  // resamples that are multiplied at once
        var random = SplitMix64(seed: seed)
        var means: [Double] = []
        while means.count < Self.resampleCount {
            let weights = (0..<block).map { _ in Self.weights(count, random: &random) }
            let sums = DoubleMatrix(weights.flatMap { $0 }, rowCount: block, columnCount: count).multiplied(by: items)
            for (index, weights) in weights.enumerated() {
                let copies = weights.reduce(0) { $0 + $1 * $1 }
                let square = sums[index].reduce(0) { $0 + $1 * $1 }
                means.append((square - copies) / (Double(count * count) - copies))
            }
        }
        self.init(mean: mean, resamples: means)
    }

    private init(mean: Double, resamples: [Double]) {
        let ascending = resamples.sorted()
        self.mean = mean
        (lower, upper) = (Self.quantile(0.025, of: ascending), Self.quantile(0.975, of: ascending))
    }

    /// How often each of some items is drawn in a resample of at least two different ones.
    private static func weights(_ count: Int, random: inout SplitMix64) -> [Double] {
        while true {
            var weights = [Double](repeating: 0, count: count)
            for _ in 0..<count { weights[Int(random.next() % UInt64(count))] += 1 }
            if weights.allSatisfy({ $0 < Double(count) }) { return weights }
        }
    }

    /// A quantile of ascending values.
    private static func quantile(_ share: Double, of values: [Double]) -> Double {
        let place = share * Double(values.count - 1)
        let below = Int(place)
        let above = min(below + 1, values.count - 1)
        return values[below] + (values[above] - values[below]) * (place - Double(below))
    }
}
