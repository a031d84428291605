import Scoring
import TestSupport
import Testing

@Suite struct BootstrapIntervalTests {
    @Test("agrees with NumPy on the same draws", arguments: MetricCase.names)
    func agreesWithNumPy(name: String) throws {
        let metrics = try MetricCase(name)
        let values = try #require(try metrics.expected("novelty.1"))
        let interval = try BootstrapInterval(ofMeanOf: values, seed: UInt64(values.count))
        let expected = try #require(try metrics.expected("interval"))
        #expect(abs(interval.lower - expected[0]) <= 1e-5 * expected[0])
        #expect(abs(interval.upper - expected[1]) <= 1e-5 * expected[1])
        #expect(abs(interval.mean - values.reduce(0, +) / Double(values.count)) < 1e-15)
    }

    @Test("of pairwise cosines agrees with NumPy on the same draws", arguments: MetricCase.names.filter { $0 != "one" })
    func agreesWithNumPyOnPairs(name: String) throws {
        let metrics = try MetricCase(name)
        let interval = try BootstrapInterval(
            ofMeanPairwiseCosineOf: metrics.items, seed: UInt64(metrics.items.count))
        let expected = try #require(try metrics.expected("cosine.interval"))
        #expect(abs(interval.lower - expected[0]) <= 1e-5 * abs(expected[0]))
        #expect(abs(interval.upper - expected[1]) <= 1e-5 * abs(expected[1]))
        #expect(interval.mean == (try metrics.items.meanPairwiseCosine()))
    }

    @Test func aSetOfTwoHasOneCosine() throws {
        let interval = try BootstrapInterval(ofMeanPairwiseCosineOf: EmbeddingSet([[1, 0], [3, 4]]), seed: 5)
        #expect(abs(interval.lower - 0.6) < 1e-14 && abs(interval.upper - 0.6) < 1e-14)
    }

    @Test func aSeedGivesTheSameIntervalAndAnotherSeedAnother() throws {
        let values = noise(30).map(Double.init)
        let interval = try BootstrapInterval(ofMeanOf: values, seed: 1)
        #expect(try BootstrapInterval(ofMeanOf: values, seed: 1) == interval)
        #expect(try BootstrapInterval(ofMeanOf: values, seed: 2) != interval)
    }

    @Test func equalValuesLeaveNoDoubt() throws {
        let interval = try BootstrapInterval(ofMeanOf: [0.25, 0.25, 0.25, 0.25], seed: 3)
        #expect(interval.lower == 0.25 && interval.upper == 0.25 && interval.mean == 0.25)
    }

    @Test func refusesWhatHasNoMean() {
        #expect(throws: SetMetricError.tooFew(0, minimum: 1)) { _ = try BootstrapInterval(ofMeanOf: [], seed: 0) }
        #expect(throws: SetMetricError.tooFew(1, minimum: 2)) {
            _ = try BootstrapInterval(ofMeanPairwiseCosineOf: EmbeddingSet([[1]]), seed: 0)
        }
        #expect(throws: SetMetricError.notFinite(index: 1)) {
            _ = try BootstrapInterval(ofMeanOf: [1, .nan], seed: 0)
        }
    }
}
