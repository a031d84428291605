import Glibc
import Scoring
import Testing

@Suite struct PosteriorTests {
    /// arXiv 2407.12009 by hand: -CE of five logits.
    @Test func rewardsByTheMeanLogProbability() {
        expectClose(Posterior(logits: [1, 2, 3, 4, 5]).reward, -2.4519143960)
    }

    @Test func rewardsInverseDistancesAsKMeansDoes() {
        let posterior = Posterior(logits: [0.5, 0.6, 0.7, 0.8, 0.9].map { 1 / $0 })
        expectClose(posterior.reward, -1.6607973578)
        for (actual, expected) in zip(posterior.probabilities, [0.31598, 0.22641, 0.17844, 0.14926, 0.12990]) {
            expectClose(actual, expected, within: 5e-6)
        }
    }

    @Test("scales cosines", arguments: [(100.0, -3.8730204504), (1, -1.6097065988)])
    func rewardsScaledCosines(scale: Double, reward: Double) {
        expectClose(Posterior(logits: [0.20, 0.21, 0.22, 0.18, 0.25].map { scale * $0 }).reward, reward)
    }

    @Test(
        "the uniform posterior has the largest reward",
        arguments: [(2, -0.693147), (5, -1.609438), (10, -2.302585), (27, -3.295837)])
    func isLargestWhenUniform(count: Int, maximum: Double) {
        let posterior = Posterior(logits: [Double](repeating: 0.3, count: count))
        expectClose(posterior.maximumReward, maximum, within: 5e-7)
        #expect(posterior.reward == posterior.maximumReward)
        #expect(posterior.klFromUniform == 0)
        expectClose(posterior.ambiguity, 1, within: 1e-12)
    }

    @Test func keepsTheLogitsThatProbabilitiesForget() {
        let logits = [0.5, -3, 700]
        #expect(Posterior(logits: logits).logits == logits)
    }

    @Test func measuresDivergenceFromUniformByTheReward() {
        let posterior = Posterior(logits: [1, 2, 3, 4, 5])
        let divergence = posterior.probabilities.reduce(0) { $0 + 0.2 * log(0.2 / $1) }
        expectClose(posterior.klFromUniform, divergence)
        expectClose(posterior.klFromUniform, -posterior.reward - log(5))
    }

    @Test func staysFiniteForDistantLogits() {
        let posterior = Posterior(logits: [0, 5000, -5000])
        expectClose(posterior.reward, -5000)
        #expect(posterior.probabilities == [0, 1, 0])
        #expect(posterior.entropy == 0)
        #expect(posterior.ambiguity == 0)
        #expect(posterior.isFinite)
    }

    @Test func doesNotDependOnAnOffsetOfTheLogits() {
        #expect(Posterior(logits: [1, 2, 4]) == Posterior(logits: [1025, 1026, 1028]))
    }

    @Test("says when a logit is not finite", arguments: [Double.nan, .infinity])
    func recognisesWhatIsNotFinite(logit: Double) {
        #expect(!Posterior(logits: [1, logit, 2]).isFinite)
    }

    @Test func listsTheMostProbableFirst() {
        let score = Score(scorer: "clip", labels: ["a", "b", "c", "d"], posterior: Posterior(logits: [1, 3, 2, 3]))
        #expect(score.top(3).map(\.label) == ["b", "d", "c"])
        #expect(score.top(9).count == 4)
    }
}

/// Expects a figure within ten digits unless told otherwise.
private func expectClose(
    _ actual: Double, _ expected: Double, within tolerance: Double = 1e-10,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(abs(actual - expected) <= tolerance * max(1, abs(expected)), sourceLocation: sourceLocation)
}
