import Scoring
import TestSupport
import Testing

@Suite struct KMeansTests {
    static let cases = ["heaps", "overlapping", "sphere", "vacant", "repeated", "one"]

    @Test("agrees with scikit-learn from the same start", arguments: cases)
    func agreesWithScikitLearn(name: String) throws {
        let golden = try Golden("kmeans.safetensors")
        let width = try golden.shape("\(name).points")[1]
        let points = try golden.floats("\(name).points").rows(of: width)
        let start = try golden.doubles("\(name).start").rows(of: width)
        let fit = try KMeans(k: start.count).fit(points, from: start)
        let centres = try golden.doubles("\(name).centres")
        expectClose(fit.centres.flatMap { $0.map(Float.init) }, centres.map(Float.init), absolute: 1e-5, "centres")
        #expect(fit.clusters == (try golden.floats("\(name).clusters").map { Int($0) }))
        let inertia = try golden.doubles("\(name).inertia")[0]
        #expect(abs(fit.inertia - inertia) <= 1e-6 * inertia, "\(fit.inertia), not \(inertia)")
        let distance = try golden.doubles("\(name).distance")[0]
        #expect(abs(fit.meanDistance - distance) <= 1e-6 * distance)
    }

    /// Three heaps around (0, 0), (10, 0) and (0, 10).
    private static let heaps: [[Float]] = (0..<30).map { index in
        let (x, y) = (Float(index % 5) / 10, Float(index % 7) / 10)
        return [[x, y], [10 + x, y], [x, 10 + y]][index % 3]
    }

    @Test("finds heaps from any seed", arguments: 0..<10 as Range<UInt64>)
    func findsHeaps(seed: UInt64) throws {
        var kMeans = KMeans(k: 3)
        kMeans.seed = seed
        let fit = try kMeans.fit(Self.heaps)
        for (index, cluster) in fit.clusters.enumerated() {
            #expect(cluster == fit.clusters[index % 3])
        }
        #expect(Set(fit.clusters).count == 3)
        #expect(try kMeans.fit(Self.heaps) == fit)
    }

    @Test func keepsTheBestOfSeveralStarts() throws {
        let golden = try Golden("kmeans.safetensors")
        let points = try golden.floats("overlapping.points").rows(of: 16)
        var kMeans = KMeans(k: 7)
        let single = try kMeans.fit(points)
        kMeans.restartCount = 8
        var heard: [Int] = []
        let best = try kMeans.fit(points) { done, count in heard.append(done * 100 + count) }
        #expect(best.inertia < single.inertia)
        #expect(heard == (1...8).map { $0 * 100 + 8 })
    }

    @Test func theElbowIsWhereTheCurveBends() throws {
        let distances = try (2...8).map { try KMeans(k: $0).fit(Self.heaps).meanDistance }
        #expect(elbow(of: distances) == 1)  // k = 3
        #expect(elbow(of: [3, 2, 1]) == 0)  // a straight line has none
        #expect(elbow(of: []) == 0)
    }

    @Test(
        "refuses points that can't be clustered",
        arguments: [
            ([], 1, KMeansError.empty), ([[1, 2], [3]], 1, .ragged(index: 1, length: 1, expected: 2)),
            ([[1], [.nan]], 1, .notFinite(index: 1)), ([[1], [2], [1]], 3, .tooFewDistinct(2, k: 3)),
            ([[1], [-.infinity]], 2, .notFinite(index: 1)),
        ] as [([[Float]], Int, KMeansError)])
    func refuses(points: [[Float]], k: Int, error: KMeansError) {
        #expect(throws: error) { _ = try KMeans(k: k).fit(points) }
    }
}

extension Array {
    /// A matrix's rows.
    fileprivate func rows(of width: Int) -> [[Element]] {
        stride(from: 0, to: count, by: width).map { Array(self[$0..<$0 + width]) }
    }
}
