import Scoring
import Testing

@Suite struct EmbeddingSetTests {
    @Test func knowsItsSize() throws {
        let set = try EmbeddingSet([[1, 2, 3], [4, 5, 6]])
        #expect(set.count == 2 && set.width == 3)
    }

    @Test(
        "refuses what is no set",
        arguments: [
            ([], SetMetricError.tooFew(0, minimum: 1)), ([[]], .width(0, maximum: 4096)),
            ([[Float](repeating: 1, count: 4097)], .width(4097, maximum: 4096)),
            ([[1, 2], [3]], .ragged(index: 1, length: 1, expected: 2)), ([[1], [2], [.nan]], .notFinite(index: 2)),
            ([[-.infinity]], .notFinite(index: 0)),
            ([[Float]](repeating: [1], count: 20_001), .tooMany(20_001, maximum: 20_000)),
        ] as [([[Float]], SetMetricError)])
    func refuses(embeddings: [[Float]], error: SetMetricError) {
        #expect(throws: error) { _ = try EmbeddingSet(embeddings) }
    }

    @Test func normalizedItemsHaveLengthOne() throws {
        #expect(try EmbeddingSet([[3, 4], [0, -2]]).normalized() == EmbeddingSet([[3, 4], [0, -1]]).normalized())
        #expect(try EmbeddingSet([[0, -2]]).normalized() == EmbeddingSet([[0, -1]]))
        #expect(try EmbeddingSet([[3e30, 0], [1e-30, 0]]).normalized() == EmbeddingSet([[1, 0], [1, 0]]))
    }

    @Test func anItemOfLengthZeroHasNoDirection() throws {
        let set = try EmbeddingSet([[1, 0], [0, 0]])
        let other = try EmbeddingSet([[1, 1]])
        let error = SetMetricError.zero(index: 1)
        #expect(throws: error) { _ = try set.normalized() }
        #expect(throws: error) { _ = try set.vendiScore() }
        #expect(throws: error) { _ = try set.meanPairwiseCosine() }
        #expect(throws: error) { _ = try other.novelty(against: set) }
        #expect(throws: error) { _ = try other.cmmd(to: set) }
    }

    @Test func setsOfDifferentWidthsAreNotCompared() throws {
        let (set, other) = (try EmbeddingSet([[1, 2], [2, 1]]), try EmbeddingSet([[1], [2]]))
        let error = SetMetricError.widths(2, 1)
        #expect(throws: error) { _ = try set.novelty(against: other) }
        #expect(throws: error) { _ = try set.cmmd(to: other) }
        #expect(throws: error) { _ = try PRDC(real: set, generated: other, neighbourCount: 1) }
    }
}
