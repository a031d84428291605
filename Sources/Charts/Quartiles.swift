/// What a box plot shows of some values (Tukey 1977): the quartiles, whiskers, and what lies beyond them.
package struct Quartiles: Sendable, Equatable {
    /// The quartiles, by linear interpolation between values (NumPy's default).
    package let lower, median, upper: Double
    /// The farthest values within 1.5 times the box's width of it.
    package let whiskers: ClosedRange<Double>
    /// The values beyond the whiskers, in order.
    package let outliers: [Double]

    /// Of at least one finite value.
    package init(of values: [Double]) {
        precondition(!values.isEmpty && values.allSatisfy(\.isFinite), "quartiles of \(values.count) values")
        let sorted = values.sorted()
        func quantile(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
        }
        (lower, median, upper) = (quantile(0.25), quantile(0.5), quantile(0.75))
        let reach = 1.5 * (upper - lower)
        let (least, most) = (lower - reach, upper + reach)
        let inside = sorted.filter { (least...most).contains($0) }
        // Where all but the box itself is far away, the whiskers are the box.
        whiskers = min(inside.first ?? lower, lower)...max(inside.last ?? upper, upper)
        outliers = sorted.filter { !(least...most).contains($0) }
    }
}
