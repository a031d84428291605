import Glibc
import Scoring
import TestSupport
import Testing

@Suite struct DiversityTests {
    @Test("Vendi scores agree with vendi-score", arguments: MetricCase.names)
    func vendiScores(name: String) throws {
        let metrics = try MetricCase(name)
        try metrics.expect(try metrics.items.vendiScore(), is: "vendi", relative: 1e-5)
    }

    @Test("pairwise cosines agree with scikit-learn", arguments: MetricCase.names.filter { $0 != "one" })
    func pairwiseCosines(name: String) throws {
        let metrics = try MetricCase(name)
        try metrics.expect(try metrics.items.meanPairwiseCosine(), is: "cosine", relative: 1e-5)
    }

    @Test("truncated entropies agree with image-diversity", arguments: ["wide", "tall", "cone", "square"])
    func truncatedEntropies(name: String) throws {
        let metrics = try MetricCase(name)
        try metrics.expect(try metrics.items.truncatedEntropy(), is: "entropy", relative: 1e-5)
    }

    @Test func theVendiScoreCountsDifferentItems() throws {
        let axes: [[Float]] = [[1, 0, 0], [0, 2, 0], [0, 0, 3]]
        #expect(try abs(EmbeddingSet(axes).vendiScore() - 3) < 1e-12)
        #expect(try abs(EmbeddingSet(axes + axes).vendiScore() - 3) < 1e-12)
        #expect(try abs(EmbeddingSet([[2, 1], [4, 2], [6, 3]]).vendiScore() - 1) < 1e-12)
    }

    @Test func equalItemsHaveACosineOfOneAndOppositeOnesOfMinusOne() throws {
        #expect(try abs(EmbeddingSet([[1, 2], [2, 4], [3, 6]]).meanPairwiseCosine() - 1) < 1e-14)
        #expect(try EmbeddingSet([[1, 2], [-1, -2]]).meanPairwiseCosine() == -1)
    }

    @Test func oneItemHasNoPairs() throws {
        let set = try EmbeddingSet([[1, 2]])
        #expect(throws: SetMetricError.tooFew(1, minimum: 2)) { _ = try set.meanPairwiseCosine() }
    }

    @Test func theTruncatedEntropyIsOfItemsAsTheyAre() throws {
        let rows = (0..<30).map { noise(24, seed: UInt64($0 + 1)) }
        let entropy = try EmbeddingSet(rows).truncatedEntropy()
        let doubled = try EmbeddingSet(rows.map { $0.map { 2 * $0 } }).truncatedEntropy()
        #expect(abs(doubled - entropy - 20 * log(2)) < 1e-10)  // every eigenvalue is 4 times as large
    }

    @Test func theTruncatedEntropyNeedsMoreThanTwentyItems() throws {
        let rows = (0..<21).map { noise(40, seed: UInt64($0 + 1)) }
        #expect(try EmbeddingSet(rows).truncatedEntropy().isFinite)
        let few = try EmbeddingSet(Array(rows.prefix(20)))
        #expect(throws: SetMetricError.tooFew(20, minimum: 21)) { _ = try few.truncatedEntropy() }
    }

    @Test func theTruncatedEntropyNeedsTwentyDimensions() throws {
        let repeated = try MetricCase("repeated").items
        #expect(throws: SetMetricError.rank(15, minimum: 20)) { _ = try repeated.truncatedEntropy() }
        let narrow = try EmbeddingSet((0..<40).map { noise(19, seed: UInt64($0 + 1)) })
        #expect(throws: SetMetricError.rank(19, minimum: 20)) { _ = try narrow.truncatedEntropy() }
        let equal = try EmbeddingSet([[Float]](repeating: noise(32), count: 30))
        #expect(throws: SetMetricError.rank(0, minimum: 20)) { _ = try equal.truncatedEntropy() }
    }
}
