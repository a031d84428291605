import Service
import Tensors
import Testing

@Suite struct ConfigurationTests {
    @Test func bindsToTheLoopbackUnlessToldOtherwise() throws {
        let configuration = try Configuration()
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 8080)
        #expect(configuration.threads >= 1)
    }

    @Test func countsAFlagMoreThanTheEnvironment() throws {
        let environment = ["LIMINAL_PORT": "1", "LIMINAL_THREADS": "3", "LIMINAL_QUEUE_LENGTH": "5"]
        let configuration = try Configuration(flags: ["port": "2"], environment: environment)
        #expect((configuration.port, configuration.threads, configuration.queueLength) == (2, 3, 5))
    }

    @Test(
        "refuses",
        arguments: [
            ("port", "70000"), ("port", "http"), ("threads", "0"), ("threads", "-1"), ("precision", "int4"),
            ("log-level", "loud"), ("queue-length", "0"), ("body-limit", "1e6"), ("host", ""),
            ("pipeline", "b"), ("pipeline", "b="), ("pipeline", "=b"), ("pipeline", "../b=c"), ("pipeline", ".b=c"),
            ("model-memory", "0"), ("model-memory", "1GiB"), ("open", "yes"), ("allow-origin", "*"),
            ("rate-limit", "-1"),
        ])
    func refusesWhatIsOutOfRange(name: String, value: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Configuration(flags: [name: value]) }
        guard case .invalid(let source, let actual, _) = error else { return }
        #expect((source, actual) == ("--\(name)", value))
    }

    @Test(
        "lets in whom it is meant for",
        arguments: [
            (["host": "127.0.0.1"], nil), (["host": "127.8.9.1"], nil), (["host": "::1"], nil),
            (["host": "0.0.0.0", "open": "1"], nil), (["host": "0.0.0.0"], .unguarded(host: "0.0.0.0")),
            (["host": "::", "open": "0"], .unguarded(host: "::")), (["host": "10.0.0.1"], .unguarded(host: "10.0.0.1")),
            (["open": "1", "api-key-file": "/nowhere"], .openWithKeys),
            (["api-key-file": "/nowhere"], .keys(.unreadable("No such file or directory"), file: "/nowhere")),
        ] as [([String: String], AccessError?)])
    func letsIn(flags: [String: String], refusal: AccessError?) throws {
        let configuration = try Configuration(flags: flags)
        do throws(AccessError) {
            _ = try Access(configuration)
            #expect(refusal == nil)
        } catch {
            #expect(error == refusal)
        }
    }

    @Test func namesTheVariableThatIsWrong() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration(environment: ["LIMINAL_BODY_LIMIT": "1"])
        }
        guard case .invalid(let source, _, _) = error else { return }
        #expect(source == "LIMINAL_BODY_LIMIT")
    }

    @Test func readsPipelinesThatLieElsewhere() throws {
        let configuration = try Configuration(environment: ["LIMINAL_PIPELINE": "b=/models/b,c-1=d=e"])
        #expect(configuration.pipelines.map(\.name) == ["b", "c-1"])
        #expect(configuration.pipelines.map(\.path) == ["/models/b", "d=e"])
        #expect(try Configuration().pipelines.isEmpty)
        #expect(try Configuration().modelMemory > 0)
    }

    @Test func takesIntegersOnlyWhereTheyAreAskedForAndMultiplied() throws {
        #expect(try Configuration(flags: ["precision": "auto"]).precision == KernelLevel.best.fastestPrecision)
        #expect(KernelLevel.allCases.allSatisfy { $0.fastestPrecision != .int8 })
        if KernelLevel.best.precisions.contains(.int8) {
            #expect(try Configuration(flags: ["precision": "int8"]).precision == .int8)
        } else {
            #expect(throws: ConfigurationError.self) { try Configuration(flags: ["precision": "int8"]) }
        }
    }

    @Test func printsEverySetting() throws {
        let summary = try Configuration(flags: ["port": "9000"]).summary
        for name in Configuration.names { #expect(summary.contains("\(name)=")) }
        #expect(summary.contains("port=9000"))
    }
}
