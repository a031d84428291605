import Layers
import Scoring
import TestSupport
import Testing

@Suite struct AestheticHeadTests {
    /// A head's file, read back.
    private static func head(
        weight: [Float] = [1, 2], shape: [Int] = [1, 2], bias: [Float] = [3], metadata: [(String, String)],
        extra: String? = nil
    ) throws -> AestheticHead {
        var document = SafetensorsDocument(metadata: metadata)
        document.append("weight", weight, shape: shape)
        document.append("bias", bias, shape: [bias.count])
        if let extra { document.append(extra, [1], shape: [1]) }
        let folder = try TemporaryFolder()
        let path = try folder.write(document.encoded(), to: "mine.safetensors")
        return try AestheticHead(contentsOf: path, name: "mine", on: .forTests)
    }

    /// The head was folded from random layers of LAION's shape by `Tools/convert_aesthetic.py`.
    @Test func foldedLayersScoreLikeTheLayersThemselves() throws {
        let path = Repository.golden("aesthetic/random.safetensors")
        let head = try AestheticHead(contentsOf: path, name: "random", on: .forTests)
        #expect(head.name == "random" && head.embedder == "clip-l14" && head.width == 768 && head.range == 1...10)
        let golden = try Golden("aesthetic/cases.safetensors")
        let (embeddings, scores) = (try golden.floats("embeddings"), try golden.doubles("scores"))
        #expect(embeddings.count == 768 * scores.count)
        for (index, score) in scores.enumerated() {
            let mine = head.score(ofEmbedding: Array(embeddings[index * 768..<(index + 1) * 768]))
            #expect(abs(mine - score) <= 1e-5, "\(mine), not \(score)")
        }
    }

    @Test func scoresTheDirection() throws {
        let head = try AestheticHead(name: "mine", embedder: "emoji", weight: [5, 10], bias: -1)
        #expect(abs(head.score(ofEmbedding: [3, 4]) - 10) < 1e-14)
        #expect(abs(head.score(ofEmbedding: [0.3, 0.4]) - 10) < 1e-6)
        #expect(head.score(ofEmbedding: [0, 0]) == -1)
    }

    @Test("reads a weight of either shape", arguments: [[2], [1, 2]])
    func readsShapes(shape: [Int]) throws {
        let head = try Self.head(shape: shape, metadata: [("embedder", "emoji")])
        #expect(head == (try AestheticHead(name: "mine", embedder: "emoji", weight: [1, 2], bias: 3)))
        #expect(head.range == nil)
    }

    @Test(
        "refuses tensors that are no head's",
        arguments: [
            ([2, 1], [3], WeightsError.wrongShape(name: "weight", expected: [1, 4096], actual: [2, 1])),
            ([1, 1, 2], [3], .wrongShape(name: "weight", expected: [1, 4096], actual: [1, 1, 2])),
            ([1, 2], [3, 4], .wrongShape(name: "bias", expected: [1], actual: [2])),
        ] as [([Int], [Float], WeightsError)])
    func refusesShapes(shape: [Int], bias: [Float], error: WeightsError) {
        #expect(throws: AestheticHeadError.weights(error)) {
            _ = try Self.head(shape: shape, bias: bias, metadata: [("embedder", "emoji")])
        }
    }

    @Test func refusesWhatItWouldIgnore() {
        #expect(throws: AestheticHeadError.weights(.unexpected(name: "layers.0.weight"))) {
            _ = try Self.head(metadata: [("embedder", "emoji")], extra: "layers.0.weight")
        }
    }

    @Test(
        "refuses files that do not say what they are of",
        arguments: [
            ([("range", "[1, 10]")], "embedder"), ([("embedder", "emoji"), ("range", "much")], "range"),
            ([("embedder", "emoji"), ("range", "[10, 1]")], "range"),
            ([("embedder", "emoji"), ("range", "[1, 5, 10]")], "range"),
            ([("embedder", "emoji"), ("range", "[1, null]")], "range"),
        ] as [([(String, String)], String)])
    func refusesMetadata(metadata: [(String, String)], name: String) {
        #expect(throws: AestheticHeadError.metadata(name)) { _ = try Self.head(metadata: metadata) }
    }

    @Test func refusesNumbersThatAreNone() {
        let metadata = [("embedder", "emoji")]
        #expect(throws: AestheticHeadError.notFinite) { _ = try Self.head(weight: [1, .nan], metadata: metadata) }
        #expect(throws: AestheticHeadError.notFinite) { _ = try Self.head(bias: [.infinity], metadata: metadata) }
        #expect(throws: AestheticHeadError.width(0)) {
            _ = try AestheticHead(name: "mine", embedder: "emoji", weight: [], bias: 0)
        }
    }
}
