/// How ambiguous a scorer finds one image.
package struct Score: Sendable, Equatable {
    /// The scorer's name.
    package let scorer: String
    /// The K styles, in the posterior's order.
    package let labels: [String]
    /// What the scorer's classifier thinks.
    package let posterior: Posterior
    /// How surely the image is a real drawing, in 0...1, and which network says so; of a CAN discriminator alone.
    package let authenticity: Authenticity?

    /// What a CAN discriminator says beside the styles.
    package struct Authenticity: Sendable, Equatable {
        /// In 0...1.
        package let realProbability: Double
        /// The network's name.
        package let network: String

        /// A network's probability.
        package init(realProbability: Double, network: String) {
            (self.realProbability, self.network) = (realProbability, network)
        }
    }

    /// A score over as many labels as the posterior has styles.
    package init(scorer: String, labels: [String], posterior: Posterior, authenticity: Authenticity? = nil) {
        precondition(
            labels.count == posterior.logProbabilities.count,
            "\(labels.count) labels for \(posterior.logProbabilities.count) styles")
        self.scorer = scorer
        self.labels = labels
        self.posterior = posterior
        self.authenticity = authenticity
    }

    /// The most probable styles, the most probable first.
    package func top(_ count: Int) -> [(label: String, probability: Double)] {
        let probabilities = posterior.probabilities
        return posterior.top(count).map { (labels[$0], probabilities[$0]) }
    }
}
