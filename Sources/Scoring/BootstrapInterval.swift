/// The interval that holds a mean with 95 % confidence, by the percentile bootstrap.
///
/// Efron and Tibshirani 1993, section 13.3: the 2.5 % and 97.5 % quantiles of the means of 2000 resamples, each as many
/// values drawn with replacement. Quantiles are interpolated linearly, as NumPy does. A seed gives the same interval.
package struct BootstrapInterval: Sendable, Equatable {
    /// The mean of the values themselves.
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
        }.sorted()
        mean = values.reduce(0, +) / count
        (lower, upper) = (Self.quantile(0.025, of: means), Self.quantile(0.975, of: means))
    }

    /// A quantile of ascending values.
    private static func quantile(_ share: Double, of values: [Double]) -> Double {
        let place = share * Double(values.count - 1)
        let below = Int(place)
        let above = min(below + 1, values.count - 1)
        return values[below] + (values[above] - values[below]) * (place - Double(below))
    }
}
