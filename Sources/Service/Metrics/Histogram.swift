import Synchronization

/// How many durations were at most so long, for each combination of its labels' values.
package final class Histogram: Sendable {
    private struct Series {
        /// How many fell between a bound and the one before; the last has no bound.
        var counts: [Double]
        var sum = 0.0
    }

    /// Seconds, from a step of a small model to an evaluation.
    package static let bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200]

    private let name, help: String
    private let labels: [String]
    private let series = Mutex<[[String]: Series]>([:])

    /// Nothing observed yet.
    package init(_ name: String, _ help: String, labels: [String] = []) {
        (self.name, self.help, self.labels) = (name, help, labels)
    }

    /// Counts a duration under values of the labels, of which there must be few.
    package func observe(seconds: Double, _ values: String...) {
        precondition(values.count == labels.count, "a value for each label")
        let place = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        series.withLock { series in
            var one = series[values] ?? Series(counts: [Double](repeating: 0, count: Self.bounds.count + 1))
            one.counts[place] += 1
            one.sum += seconds
            series[values] = one
        }
    }

    /// Adds the family to an exposition, in the order of its labels' values.
    package func write(to exposition: inout Exposition) {
        exposition.begin(name, .histogram, help)
        let series = series.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (values, one) in series {
            let labels = Array(zip(labels, values))
            var count = 0.0
            for (bound, more) in zip(Self.bounds + [.infinity], one.counts) {
                count += more
                exposition.add("\(name)_bucket", labels + [("le", Exposition.number(bound))], count)
            }
            exposition.add("\(name)_sum", labels, one.sum)
            exposition.add("\(name)_count", labels, count)
        }
    }
}
