import Scoring
import TestSupport
import Testing

@Suite struct PRDCTests {
    @Test("agrees with prdc", arguments: MetricCase.names, [1, 3, 5])
    func agreesWithThePackage(name: String, neighbours: Int) throws {
        let metrics = try MetricCase(name)
        let largest = min(metrics.items.count, metrics.references.count) - 1
        guard neighbours <= largest else {
            #expect(throws: SetMetricError.neighbourCount(neighbours, maximum: largest)) {
                _ = try PRDC(
                    real: metrics.references, generated: metrics.items, neighbourCount: neighbours)
            }
            return
        }
        let prdc = try PRDC(real: metrics.references, generated: metrics.items, neighbourCount: neighbours)
        // The package wants one item more than this does.
        let expected = try metrics.expected("prdc.\(neighbours)")
        #expect((expected == nil) == (neighbours == largest))
        for (value, reference) in zip([prdc.precision, prdc.recall, prdc.density, prdc.coverage], expected ?? []) {
            #expect(abs(value - reference) <= 1e-5 * reference, "\(prdc), not \(expected ?? [])")
        }
    }

    @Test func looksAtFiveNeighboursUnlessToldOtherwise() throws {
        let metrics = try MetricCase("tall")
        #expect(
            try PRDC(real: metrics.references, generated: metrics.items)
                == PRDC(real: metrics.references, generated: metrics.items, neighbourCount: 5))
    }

    /// Real items at 0.5, 2 and 5 have radii 1.5, 1.5 and 3; generated items at 0 and 1 have radii 1.
    @Test func isWorkedOutByHand() throws {
        let real = try EmbeddingSet([[0.5], [2], [5]])
        let generated = try EmbeddingSet([[0], [1]])
        let prdc = try PRDC(real: real, generated: generated, neighbourCount: 1)
        #expect(prdc.precision == 1)
        #expect(prdc.recall == 1.0 / 3)  // 2 is at 1's radius, and so outside
        #expect(prdc.density == 1.5)  // 0 is in one ball, 1 in two
        #expect(prdc.coverage == 2.0 / 3)
    }

    @Test func aSetSharesAllGroundWithItself() throws {
        let set = try EmbeddingSet((0..<40).map { noise(12, seed: UInt64($0 + 1)) })
        let prdc = try PRDC(real: set, generated: set)
        #expect(prdc.precision == 1 && prdc.recall == 1 && prdc.density == 1 && prdc.coverage == 1)
    }

    @Test func farSetsShareNone() throws {
        let rows = (0..<10).map { noise(4, seed: UInt64($0 + 1)) }
        let prdc = try PRDC(
            real: EmbeddingSet(rows), generated: EmbeddingSet(rows.map { $0.map { $0 + 100 } }), neighbourCount: 9)
        #expect(prdc.precision == 0 && prdc.recall == 0 && prdc.density == 0 && prdc.coverage == 0)
    }

    @Test("refuses as many neighbours as items, and none", arguments: [0, 3])
    func refusesNeighbours(count: Int) throws {
        let (few, many) = (try EmbeddingSet([[1], [2], [4]]), try EmbeddingSet([[1], [2], [4], [7], [9]]))
        #expect(throws: SetMetricError.neighbourCount(count, maximum: 2)) {
            _ = try PRDC(real: few, generated: many, neighbourCount: count)
        }
        #expect(throws: SetMetricError.neighbourCount(count, maximum: 2)) {
            _ = try PRDC(real: many, generated: few, neighbourCount: count)
        }
    }
}
