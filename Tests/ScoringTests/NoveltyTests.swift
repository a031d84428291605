import Scoring
import TestSupport
import Testing

@Suite struct NoveltyTests {
    @Test("agrees with scikit-learn's cosines", arguments: MetricCase.names, [1, 5])
    func agreesWithScikitLearn(name: String, neighbours: Int) throws {
        let metrics = try MetricCase(name)
        let novelty = try metrics.items.novelty(against: metrics.references, neighbourCount: neighbours)
        let expected = try #require(try metrics.expected("novelty.\(neighbours)"))
        #expect(novelty.values.count == expected.count)
        for (value, reference) in zip(novelty.values, expected) {
            #expect(abs(value - reference) <= 1e-5 * reference, "\(value), not \(reference)")
        }
        let mean = expected.reduce(0, +) / Double(expected.count)
        #expect(abs(novelty.mean - mean) <= 1e-5 * mean)
    }

    @Test func isZeroForWhatIsKnownAndTwoForItsOpposite() throws {
        let reference = try EmbeddingSet([[0.3, 0.7, 0.1]])
        let novelty = try EmbeddingSet([[0.3, 0.7, 0.1], [-0.3, -0.7, -0.1]]).novelty(against: reference)
        #expect(novelty.values[0] == 0)
        #expect(abs(novelty.values[1] - 2) < 1e-15)
    }

    @Test func manyNeighboursAreTheMeanOfAllWhereThereAreNoMore() throws {
        let references = (0..<50).map { noise(6, seed: UInt64($0 + 2)) }
        let item = try EmbeddingSet([noise(6)])
        let single = try references.map { try item.novelty(against: EmbeddingSet([$0])).mean }
        for count in [2, 32, 33, 50] {  // on both sides of where the search changes
            let novelty = try item.novelty(against: EmbeddingSet(references), neighbourCount: count)
            let nearest = single.sorted().prefix(count).reduce(0, +) / Double(count)
            #expect(abs(novelty.mean - nearest) < 1e-14)
        }
    }

    @Test("refuses more neighbours than references, and none", arguments: [0, -1, 4])
    func refusesNeighbours(count: Int) throws {
        let (item, reference) = (try EmbeddingSet([[1, 2]]), try EmbeddingSet([[1, 2], [2, 1], [3, 1]]))
        #expect(throws: SetMetricError.neighbourCount(count, maximum: 3)) {
            _ = try item.novelty(against: reference, neighbourCount: count)
        }
    }
}
