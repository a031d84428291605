import HTTP
import JSON
import Service
import TestSupport
import Testing

@Suite struct PipelineShelfTests {
    private typealias State = PipelineShelf.State

    @Test func loadsNothingButTheDefaultBeforeItIsAskedFor() async throws {
        let weights = try TinyWeights(["a", "b"])
        let registry = try weights.registry()
        #expect(Self.states(registry) == ["a": .loaded, "b": .unloaded])
        let pipeline = try await registry.pipeline(named: "b")
        #expect(pipeline.id == "b")
        #expect(Self.states(registry) == ["a": .loaded, "b": .loaded])
        #expect(try await registry.pipeline(named: "b") === pipeline)
        #expect(try await registry.pipeline(named: nil).id == "a")
    }

    @Test func sharesOneLoadAmongAllWhoAsk() async throws {
        let weights = try TinyWeights(["a", "b"])
        let registry = try weights.registry()
        let found = try await withThrowingTaskGroup { group in
            for _ in 0..<16 { group.addTask { try await registry.pipeline(named: "b") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found.count == 16)
        #expect(Set(found.map(ObjectIdentifier.init)).count == 1)
    }

    @Test func goesOnWithALoadWhoseCallerIsGone() async throws {
        let weights = try TinyWeights(["a", "b"])
        let registry = try weights.registry()
        let caller = Task { try await registry.pipeline(named: "b").id }
        caller.cancel()
        #expect(try await caller.value == "b")
        #expect(Self.states(registry)["b"] == .loaded)
    }

    @Test func letsGoOfWhatWasUsedLongestAgo() async throws {
        let weights = try TinyWeights(["a", "b", "c", "d"])
        let registry = try weights.registry(["model-memory": "12"])  // three of 3.7 MiB
        for name in ["b", "c", "b", "d"] { _ = try await registry.pipeline(named: name) }
        #expect(Self.states(registry) == ["a": .loaded, "b": .loaded, "c": .unloaded, "d": .loaded])
        _ = try await registry.pipeline(named: "c")
        #expect(Self.states(registry) == ["a": .loaded, "b": .unloaded, "c": .loaded, "d": .loaded])
        #expect(registry.pipelines.byteCount <= 12 << 20)
    }

    @Test func leavesWhatIsInUse() async throws {
        let weights = try TinyWeights(["a", "b", "c"])
        let registry = try weights.registry(["model-memory": "8"])  // two
        var held: ModelRegistry.LoadedPipeline? = try await registry.pipeline(named: "b")
        let error = await #expect(throws: APIError.self) { try await registry.pipeline(named: "c") }
        #expect(error?.code == .memoryInUse)
        #expect(error?.status.code == 503)
        #expect(error?.retryAfterSeconds != nil)
        #expect(Self.states(registry)["b"] == .loaded)
        #expect(held?.id == "b")
        held = nil
        _ = try await registry.pipeline(named: "c")
        #expect(Self.states(registry) == ["a": .loaded, "b": .unloaded, "c": .loaded])
    }

    @Test func countsWhatIsUnloadedUntilItsLastJobEnds() async throws {
        let weights = try TinyWeights(["a", "b"])
        let registry = try weights.registry()
        let before = registry.pipelines.byteCount
        var held: ModelRegistry.LoadedPipeline? = try await registry.pipeline(named: "b")
        let both = registry.pipelines.byteCount
        #expect(both > before)
        registry.pipelines.unload("b")
        #expect(Self.states(registry)["b"] == .unloaded)
        #expect(registry.pipelines.byteCount == both)
        // What is still there is not loaded twice.
        #expect(try await registry.pipeline(named: "b") === held)
        registry.pipelines.unload("b")
        held = nil
        #expect(registry.pipelines.byteCount == before)
    }

    @Test func forgetsWhatIsUnloadedBeforeItIsThere() async throws {
        let weights = try TinyWeights(["a", "b"])
        let registry = try weights.registry()
        let before = registry.pipelines.byteCount
        registry.pipelines.beginLoading("b")
        registry.pipelines.unload("b")
        while Self.states(registry)["b"] == .loading { await Task.yield() }
        #expect(Self.states(registry)["b"] == .unloaded)
        while registry.pipelines.byteCount > before { await Task.yield() }
    }

    @Test func refusesWhatCanNeverFit() async throws {
        let weights = try TinyWeights(["a", "b"])
        let registry = try weights.registry(["model-memory": "4"])
        let error = await #expect(throws: APIError.self) { try await registry.pipeline(named: "b") }
        #expect(error?.code == .modelTooLarge)
        #expect(error?.response(id: "1", shape: .openAI).header("x-should-retry") == "false")
        #expect(throws: RegistryError.self) { try weights.registry(["model-memory": "2"]) }
    }

    @Test func tellsWhatIsBrokenAndTriesAgain() async throws {
        let weights = try TinyWeights(["a", "b"])
        let file = try weights.breakTheUNet(of: "b")
        let registry = try weights.registry()
        for _ in 0..<2 {
            let error = await #expect(throws: APIError.self) { try await registry.pipeline(named: "b") }
            #expect(error?.code == .modelLoadFailed)
            #expect(error?.response(id: "1", shape: .openAI).header("x-should-retry") == "false")
            let message = try #require(error?.message)
            #expect(message.contains("conv_in.weight") && !message.contains(weights.path), "\(message)")
            #expect(Self.states(registry)["b"] == .failed(reason: message))
        }
        try weights.mend(file)
        _ = try await registry.pipeline(named: "b")
        #expect(Self.states(registry)["b"] == .loaded)
    }

    @Test("refuses two of a name", arguments: ["a=%/b", "A=%/b", "x=%/a,x=%/b", "x=%/a,X=%/b"])
    func refusesTwoOfAName(flag: String) throws {
        let weights = try TinyWeights(["a"])
        try weights.add("a", in: "elsewhere")
        try weights.add("b", in: "elsewhere")
        let text = flag.replacing("%", with: weights.path + "/elsewhere")
        let error = try #require(throws: RegistryError.self) { try weights.registry(["pipeline": text]) }
        guard case .repeatedName(_, let folders) = error else {
            Issue.record(error)
            return
        }
        for folder in folders { #expect("\(error)".contains(folder)) }
        #expect(Set(folders).count == 2 && folders[1] == weights.path + "/elsewhere/b")
    }

    @Test func takesAFolderThatLiesElsewhere() async throws {
        let weights = try TinyWeights(["a"])
        try weights.add("b", in: "elsewhere")
        let flags = ["pipeline": "c=\(weights.path)/elsewhere/b", "default-pipeline": "c"]
        let registry = try weights.registry(flags)
        #expect(Self.states(registry) == ["a": .unloaded, "c": .loaded])
        #expect(try await registry.pipeline(named: nil).id == "c")
    }

    @Test("refuses folders that no path can name", arguments: ["a b", "é", "a:b", String(repeating: "x", count: 129)])
    func refusesUnusableNames(name: String) throws {
        let weights = try TinyWeights(["a", name])
        let error = try #require(throws: RegistryError.self) { try weights.registry() }
        #expect(error == .unusableName(name, folder: "\(weights.path)/diffusion/\(name)"))
    }

    @Test(
        "finds no folder by its path", arguments: ["../elsewhere/b", "./a", "a/", "/", "..", ".", "", "A", "a\u{301}"])
    func findsNoFolderByItsPath(name: String) async throws {
        let weights = try TinyWeights(["a"])
        try weights.add("b", in: "elsewhere")
        let registry = try weights.registry()
        let error = await #expect(throws: APIError.self) { try await registry.pipeline(named: name) }
        #expect(error?.code == .modelNotFound)
    }

    @Test func drawsWithWhatIsNotYetLoaded() async throws {
        let weights = try TinyWeights(["a", "b"])
        let application = try weights.application()
        let body = #"{"prompt": "a fox", "model": "b", "size": "64x64", "steps": 1, "seed": 1, "scorers": []}"#
        let answer = try await Self.json(application, "POST", "/v1/images/generations", body: body, status: 200)
        #expect(answer["model"] == "b")
        #expect(try await Self.json(application, "GET", "/v1/models/b", status: 200)["state"] == "loaded")
        #expect(try await Self.json(application, "POST", "/v1/models/b/unload", status: 200)["state"] == "unloaded")
        let again = try await Self.json(application, "POST", "/v1/images/generations", body: body, status: 200)
        #expect(again["data"] == answer["data"])
    }

    @Test func answersAtOnceToThoseWhoPreferIt() async throws {
        let weights = try TinyWeights(["a", "b"])
        let application = try weights.application()
        let prefer = [("Prefer", "wait=5, Respond-Async;x=1")]
        let begun = try await Self.json(application, "POST", "/v1/models/b/load", headers: prefer, status: 202)
        #expect(begun["state"] == "loading")
        #expect(try await Self.json(application, "POST", "/v1/models/b/load", status: 200)["state"] == "loaded")
        #expect(
            try await Self.json(application, "POST", "/v1/models/b/load", headers: prefer, status: 200)["state"]
                == "loaded")
        _ = try await Self.json(application, "POST", "/v1/models/x/load", status: 404)
        _ = try await Self.json(application, "POST", "/v1/models/x/unload", status: 404)
    }

    private static func states(_ registry: ModelRegistry) -> [String: State] {
        Dictionary(uniqueKeysWithValues: registry.pipelines.all.map { ($0.folder.id, $0.state) })
    }

    private static func json(
        _ application: Application, _ method: String, _ path: String, headers: [(name: String, value: String)] = [],
        body: String = "", status: Int
    ) async throws -> JSONValue {
        let request = Request(method: method, path: path, headers: headers, body: Array(body.utf8))
        let response = await application(request)
        #expect(response.status == status, "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONValue(parsing: response.body)
    }
}
