import HTTP
import Images
import JSON
import Service
import Testing

/// Scores of embeddings that a client has already.
@Suite struct ReadyEmbeddingTests {
    private static let scorers: JSONValue = [
        "clip", "kmeans-text", "kmeans-image", "prompt-similarity",
        ["name": "sum", "terms": [["scorer": "kmeans-image", "weight": 2], ["scorer": "clip", "weight": -1]]],
    ]

    private static func data(_ path: String, _ body: JSONValue) async throws -> [JSONValue] {
        let response = try await EmbeddedServer.post(path, body.encoded())
        try #require(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONValue(parsing: response.body)["data"]?.array ?? []
    }

    /// Every number of a value, in order.
    private static func numbers(_ value: JSONValue?) -> [Double] {
        switch value {
        case .real(let number): [number]
        case .integer(let number): [Double(number)]
        case .array(let elements): elements.flatMap(numbers)
        case .object(let object): object.fields.flatMap { numbers($0.value) }
        case .null, .bool, .string, nil: []
        }
    }

    @Test func scoresAnEmbeddingAsTheImageThatItIsOf() async throws {
        let images = JSONValue.array(
            [11, 23].map { .string(Base64.encode(EmbeddedServer.picture(step: $0).png())) })
        let embeddings = try await Self.data("/v1/embeddings", ["images": images]).map { $0["embedding"] ?? .null }
        // Their length counts for nothing.
        let doubled = JSONValue.array(
            embeddings.map { .array(Self.numbers($0).map { JSONValue.real(2 * $0) }) })
        let seen = try await Self.data(
            "/v1/scores", ["images": images, "scorers": Self.scorers, "prompt": "a fox", "top_k": 2])
        let ready = try await Self.data(
            "/v1/scores", ["embeddings": doubled, "scorers": Self.scorers, "prompt": "a fox", "top_k": 2])
        #expect(ready.count == 2)
        for (ready, seen) in zip(ready, seen) {
            #expect(ready.object?.names == ["index", "scores"])
            #expect(ready["index"] == seen["index"])
            let pairs = zip(Self.numbers(ready["scores"]), Self.numbers(seen["scores"]))
            #expect(pairs.allSatisfy { abs($0 - $1) < 1e-5 })
            #expect(Self.numbers(ready["scores"]).count == Self.numbers(seen["scores"]).count)
        }
        #expect(ready[0]["scores"] != ready[1]["scores"])
    }

    @Test(
        "refuses",
        arguments: [
            (["embeddings": []], "out_of_range", "/embeddings"),
            (["embeddings": "fox"], "wrong_type", "/embeddings"),
            (["embeddings": [1, 2]], "wrong_type", "/embeddings/0"),
            (["embeddings": [[1, 2]]], "out_of_range", "/embeddings/0"),
            (["embeddings": [[1, "fox"]]], "wrong_type", "/embeddings/0/1"),
            (["embeddings": .array([.array(.init(repeating: 0, count: 128))])], "out_of_range", "/embeddings/0"),
            (["embeddings": .array([.array(.init(repeating: 1e300, count: 128))])], "out_of_range", "/embeddings/0"),
            (
                ["embeddings": .array([.array(.init(repeating: 0, count: 4097))])], "too_long", "/embeddings/0"
            ),
            (["embeddings": .array(.init(repeating: [1], count: 257))], "too_long", "/embeddings"),
            (["embeddings": [[1]], "image": "x"], "out_of_range", "/image"),
            (["embeddings": [[1]], "images": []], "out_of_range", "/images"),
            (["embeddings": [[1]], "scorers": ["gan"]], "unsupported_value", "/scorers"),
            (["embeddings": [[1]], "scorers": ["clip", "gan"]], "unsupported_value", "/scorers"),
            (
                [
                    "embeddings": .array([.array(.init(repeating: 1, count: 128))]), "scorers": ["clip-score"],
                ], "missing_field", "/prompt"
            ),
        ] as [(JSONValue, String, String)])
    func refuses(body: JSONValue, code: String, pointer: String) async throws {
        let response = try await EmbeddedServer.post("/v1/scores", body.encoded())
        let problem = try JSONValue(parsing: response.body)
        #expect(response.status == 400)
        #expect(problem["code"]?.string == code, "\(problem["detail"]?.string ?? "")")
        #expect(problem["errors"]?.array?.first?["pointer"]?.string == pointer)
    }
}
