import Glibc
import Scoring
import TestSupport
import Testing

@Suite struct CMMDTests {
    @Test("agrees with the published form", arguments: MetricCase.names)
    func agreesWithThePublishedForm(name: String) throws {
        let metrics = try MetricCase(name)
        try metrics.expect(try metrics.items.cmmd(to: metrics.references), is: "cmmd", relative: 1e-5)
        try metrics.expect(try metrics.references.cmmd(to: metrics.items), is: "cmmd", relative: 1e-5)
    }

    @Test func ofOnePairIsWorkedOutByHand() throws {
        let cmmd = try EmbeddingSet([[2, 0]]).cmmd(to: EmbeddingSet([[0, 7]]))
        #expect(abs(cmmd - 2000 * (1 - exp(-0.01))) < 1e-9)  // ‖a - b‖² = 2
    }

    @Test func isZeroForTheSameDirections() throws {
        let rows = (0..<20).map { noise(9, seed: UInt64($0 + 1)) }
        #expect(try EmbeddingSet(rows).cmmd(to: EmbeddingSet(rows)) == 0)
        #expect(try EmbeddingSet(rows).cmmd(to: EmbeddingSet(rows.map { $0.map { 4 * $0 } })) == 0)
    }
}
