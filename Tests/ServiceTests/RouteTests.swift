import HTTP
import Images
import JSON
import Logging
import Service
import TestSupport
import Testing

@Suite struct RouteTests {
    @Test func drawsAndScores() async throws {
        let body = #"{"prompt": "a watercolor painting of a fox", "size": "72x64", "seed": 7, "steps": 2}"#
        let answer = try await Self.post("/v1/images/generations", body)
        let image = try Self.image(of: answer["data"]?.array?.first)
        #expect((image.width, image.height) == (72, 64))
        #expect(answer["data"]?.array?.first?["seed"] == 7)
        #expect(answer["data"]?.array?.first?["scores"]?.array?.first?["scorer"] == "clip")
        #expect(answer["model"] == "emoji")
    }

    @Test func drawsABatchAsItsSingleImages() async throws {
        func data(_ seed: Int, _ count: Int) async throws -> [JSONValue] {
            let body = #"{"prompt": "a rocket", "size": "64x64", "steps": 2, "seed": \#(seed), "n": \#(count)}"#
            return try await Self.post("/v1/images/generations", body)["data"]?.array ?? []
        }
        let batch = try await data(5, 3)
        #expect(batch.count == 3)
        for (index, image) in batch.enumerated() { #expect(try await data(5 + index, 1) == [image]) }
    }

    @Test func scoresARawPictureAsOneInJSON() async throws {
        let picture = Image(width: 5, height: 9, pixels: (0..<5 * 9 * 3).map { UInt8(truncatingIfNeeded: $0 * 11) })
        let raw = await Self.application(Request(method: "POST", path: "/v1/scores", body: picture.png()))
        let json = try await Self.post("/v1/scores", #"{"image": "\#(Base64.encode(picture.png()))"}"#)
        #expect(try JSONValue(parsing: raw.body) == json)
        #expect(json["data"]?.array?.first?["height"] == 9)
    }

    @Test func scoresByAllFourClassifiers() async throws {
        let picture = Image(width: 80, height: 70, pixels: (0..<80 * 70 * 3).map { UInt8(truncatingIfNeeded: $0 * 11) })
        let scorers = #"["clip", "kmeans-text", "kmeans-image", "gan", "gan:emoji-256", "kmeans:emoji-text-5"]"#
        let body = #"{"image": "\#(Base64.encode(picture.png()))", "scorers": \#(scorers)}"#
        let scores = try await Self.post("/v1/scores", body)["data"]?.array?.first?["scores"]?.array ?? []
        #expect(scores.count == 6)
        for score in scores {
            let sum = score["probabilities"]?.object?.fields.reduce(0.0) { $0 + ($1.value.number ?? .nan) }
            #expect(abs((sum ?? .nan) - 1) < 1e-9)
        }
        #expect(scores[3]["network"] == "emoji-64" && scores[4]["network"] == "emoji-256")
        #expect(scores[3]["real_probability"]?.number != nil && scores[0]["real_probability"] == nil)
        #expect(scores[5]["probabilities"]?.object?.count == 5)
        // Beside others a classifier says what it says alone.
        for (index, name) in ["clip", "kmeans-text", "kmeans-image", "gan"].enumerated() {
            let body = #"{"image": "\#(Base64.encode(picture.png()))", "scorers": ["\#(name)"]}"#
            let alone = try await Self.post("/v1/scores", body)
            #expect(alone["data"]?.array?.first?["scores"]?.array == [scores[index]])
        }
    }

    @Test func drawsWithAGenerator() async throws {
        let answer = try await Self.post("/v1/gan/images", #"{"n": 2, "size": "64x64", "seed": 3, "scorers": ["gan"]}"#)
        #expect(answer["model"] == "emoji-64")
        let images = answer["data"]?.array ?? []
        #expect(images.count == 2)
        let single = try await Self.post("/v1/gan/images", #"{"model": "emoji-64", "seed": 4, "scorers": ["gan"]}"#)
        #expect(single["data"]?.array == [images[1]])
        #expect(try Self.image(of: images[0]).width == 64)
        let uniform = try await Self.post("/v1/gan/images", #"{"size": "64x64", "seed": 3, "latents": "uniform"}"#)
        #expect(uniform["data"]?.array?.first?["b64_json"] != images[0]["b64_json"])
    }

    @Test(
        "says what a generator can't draw",
        arguments: [
            (#"{"n": 65}"#, 400, "out_of_range", "/n"), (#"{"size": "96x96"}"#, 400, "unsupported_value", "/size"),
            (#"{"model": "emoji-64", "size": "128x128"}"#, 400, "unsupported_value", "/size"),
            (#"{"model": "x"}"#, 404, "model_not_found", "/model"),
            (#"{"latents": "cauchy"}"#, 400, "unsupported_value", "/latents"),
            (#"{"prompt": "a fox"}"#, 400, "unknown_field", "/prompt"),
        ])
    func refusesGAN(body: String, status: Int, code: String, pointer: String) async throws {
        let response = await Self.application(
            Request(method: "POST", path: "/v1/gan/images", body: Array(body.utf8), id: "fox"))
        #expect(response.status == status)
        let problem = try JSONValue(parsing: response.body)
        #expect(problem["code"] == .string(code))
        #expect(problem["errors"]?.array?.first?["pointer"] == .string(pointer))
    }

    @Test(
        "says what is wrong and where",
        arguments: [
            (#"{"prompt": "a fox", "steps": 0}"#, 400, "out_of_range", "/steps"),
            (#"{"prompt": "a fox", "n": 1e999}"#, 400, "invalid_json", "/n"),
            (#"{"prompt": "a fox", "stepz": 1}"#, 400, "unknown_field", "/stepz"),
            (#"{"prompt": "a fox", "model": "x"}"#, 404, "model_not_found", "/model"),
            (#"{"prompt": "a fox", "scorers": ["dcgan"]}"#, 404, "scorer_not_found", "/scorers/0"),
            (#"{"prompt": "a fox", "scorers": ["gan"], "styles": ["a", "b"]}"#, 400, "unsupported_value", "/styles"),
            (#"{"prompt": "a fox", "scorers": ["kmeans-text"], "form": "cosine"}"#, 400, "unsupported_value", "/form"),
            (#"{"prompt": "a fox", "seed": 4294967295, "n": 2}"#, 400, "out_of_range", "/seed"),
        ])
    func refuses(body: String, status: Int, code: String, pointer: String) async throws {
        let response = await Self.application(
            Request(method: "POST", path: "/v1/images/generations", body: Array(body.utf8), id: "fox"))
        #expect(response.status == status)
        let problem = try JSONValue(parsing: response.body)
        #expect(problem["code"] == .string(code))
        #expect(problem["errors"]?.array?.first?["pointer"] == .string(pointer))
        #expect(problem["instance"] == "fox")
        #expect(problem["error"]?["code"] == .string(code))
    }

    @Test(
        "answers for the paths that it has", arguments: ["/v1/models", "/v1/models/emoji", "/v1/scorers", "/livez"])
    func answers(path: String) async {
        #expect(await Self.application(Request(method: "GET", path: path)).status == 200)
        #expect(await Self.application(Request(method: "DELETE", path: path)).status == 405)
    }

    @Test func isReadyOnlyAfterTheWarmUp() async throws {
        let queue = JobQueue.forTests(phase: .warmingUp)
        let engine = queue.engine
        let application = Application(registry: try Self.registry.get(), queue: queue, logger: Self.logger)
        let request = Request(method: "GET", path: "/readyz")
        #expect(await application(request).status == 503)
        engine.admission.open()
        #expect(await application(request).status == 200)
        engine.admission.drain()
        let response = await application(request)
        #expect(response.status == 503)
        #expect(response.header("Retry-After") != nil)
    }

    @Test func asksForAKeyWhateverTheDoorLetsThrough() async throws {
        let key = try #require(APIKey("0123456789abcdef", name: "ann"))
        let application = Application(
            registry: try Self.registry.get(), queue: .forTests(), access: Access(keys: [key]), logger: Self.logger)
        for (method, path) in [("GET", "/v1/models"), ("OPTIONS", "/v1/models"), ("GET", "/x"), ("PUT", "/v1/jobs")] {
            let request = Request(method: method, path: path)
            #expect(await application(request).status == 401 && application.gate(request)?.status == 401)
        }
        for path in ["/livez", "/readyz", "/version", "/openapi.json", "/%6Civez"] {
            let request = Request(method: "GET", path: path)
            #expect(await application(request).status == 200 && application.gate(request) == nil)
        }
        let headers = [("Authorization", "Bearer 0123456789abcdef")]
        let right = Request(method: "GET", path: "/v1/models", headers: headers)
        #expect(await application(right).status == 200 && application.gate(right) == nil)
    }

    private static let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    private static let registry = Result {
        try ModelRegistry(Configuration(flags: ["weights": Repository.weights("")]))
    }
    private static let queue = JobQueue.forTests()

    private static func application(_ request: Request) async -> Response {
        switch registry {
        case .success(let registry):
            return await Application(registry: registry, queue: queue, logger: logger)(request)
        case .failure(let error):
            Issue.record(error)
            return Response(status: 0)
        }
    }

    private static func post(_ path: String, _ body: String) async throws -> JSONValue {
        let response = await application(Request(method: "POST", path: path, body: Array(body.utf8)))
        #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONValue(parsing: response.body)
    }

    private static func image(of entry: JSONValue?) throws -> Image {
        let text = try #require(entry?["b64_json"]?.string)
        return try Image(png: try #require(Base64.decode(text.utf8)))
    }
}

extension JSONValue {
    /// A number of either kind, or nil for any other type.
    fileprivate var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }
}
