/// A number about one image that comes from no style posterior: an aesthetic score, a prompt's likeness, a weighted sum.
package struct Metric: Sendable, Equatable {
    /// A part of a weighted sum.
    package struct Term: Sendable, Equatable {
        /// The scorer that gave the value.
        package let scorer: String
        /// What the value is multiplied by.
        package let weight: Double
        /// A style classifier's reward, or a metric's value.
        package let value: Double

        /// A scorer's value and its weight.
        package init(scorer: String, weight: Double, value: Double) {
            (self.scorer, self.weight, self.value) = (scorer, weight, value)
        }
    }

    /// The least and the largest value that can occur; nil where there is no bound.
    package struct Range: Sendable, Equatable {
        /// The bounds.
        package let lower, upper: Double?

        /// A range of one bound, two or none.
        package init(lower: Double? = nil, upper: Double? = nil) { (self.lower, self.upper) = (lower, upper) }
    }

    /// The scorer's name.
    package let scorer: String
    /// More is better, by the metric's own lights.
    package let value: Double
    /// What values can occur.
    package let range: Range
    /// The model that saw the image; nil for a sum.
    package let embedder: String?
    /// What was summed; empty for anything but a sum.
    package let terms: [Term]

    /// A value of a scorer.
    package init(scorer: String, value: Double, range: Range, embedder: String?, terms: [Term] = []) {
        (self.scorer, self.value, self.range, self.embedder, self.terms) = (scorer, value, range, embedder, terms)
    }
}
