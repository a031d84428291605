import Glibc

/// What a style classifier thinks of one image: C(x), a probability for each of K styles.
///
/// Logarithms are natural and kept as such, so that a reward stays exact where a probability underflows.
package struct Posterior: Sendable, Equatable {
    /// ln C(x), a style each.
    package let logProbabilities: [Double]
    /// The logits that it is the softmax of, which it determines but for a constant.
    package let logits: [Double]

    /// The softmax of a classifier's K logits, of which there is at least one.
    package init(logits: [Double]) {
        precondition(!logits.isEmpty, "a posterior over no style")
        self.logits = logits
        let largest = logits.reduce(-Double.infinity, max)
        let shifted = logits.map { $0 - largest }
        let logSum = log(shifted.reduce(0) { $0 + exp($1) })
        logProbabilities = shifted.map { $0 - logSum }
    }

    /// Whether both give the same probabilities, from whichever logits.
    package static func == (a: Posterior, b: Posterior) -> Bool { a.logProbabilities == b.logProbabilities }

    /// C(x), a style each.
    package var probabilities: [Double] { logProbabilities.map(exp) }

    /// R(x) = -CE(C(x), U): the mean of ln C(x), at most `maximumReward` (arXiv 2407.12009; CE takes prediction, target).
    package var reward: Double {
        let first = logProbabilities[0]  // differences to it are exact where all are the same
        let mean = first + logProbabilities.reduce(0) { $0 + ($1 - first) } / Double(logProbabilities.count)
        return min(mean, maximumReward)
    }

    /// -ln K: the reward of a posterior in which no style stands out.
    package var maximumReward: Double { -log(Double(logProbabilities.count)) }

    /// KL(U ‖ C(x)) = -R - ln K, at least 0: comparable between classifiers of different K.
    package var klFromUniform: Double { maximumReward - reward }

    /// -Σ p ln p in nats.
    package var entropy: Double {
        // 0 ln 0 is 0: exp underflows before its product with the logarithm does.
        let sum = logProbabilities.reduce(0) { $0 + (exp($1) == 0 ? 0 : exp($1) * $1) }
        return min(max(0, -sum), -maximumReward)
    }

    /// The entropy as a share of its largest value, in 0...1; 1 for a single style, which nothing else can rival.
    package var ambiguity: Double { logProbabilities.count == 1 ? 1 : entropy / -maximumReward }

    /// Whether every probability came from finite logits.
    package var isFinite: Bool { logProbabilities.allSatisfy(\.isFinite) }

    /// The indices of the `count` most probable styles, the most probable first; of equals the first listed.
    package func top(_ count: Int) -> [Int] {
        let order = logProbabilities.indices.sorted {
            (-logProbabilities[$0], $0) < (-logProbabilities[$1], $1)
        }
        return Array(order.prefix(count))
    }
}
