/// How ambiguous a scorer finds one image.
package struct Score: Sendable, Equatable {
    /// The scorer's name.
    package let scorer: String
    /// The K styles, in the posterior's order.
    package let labels: [String]
    /// What the scorer's classifier thinks.
    package let posterior: Posterior

    /// A score over as many labels as the posterior has styles.
    package init(scorer: String, labels: [String], posterior: Posterior) {
        precondition(
            labels.count == posterior.logProbabilities.count,
            "\(labels.count) labels for \(posterior.logProbabilities.count) styles")
        self.scorer = scorer
        self.labels = labels
        self.posterior = posterior
    }

    /// The most probable styles, the most probable first.
    package func top(_ count: Int) -> [(label: String, probability: Double)] {
        let probabilities = posterior.probabilities
        return posterior.top(count).map { (labels[$0], probabilities[$0]) }
    }
}
