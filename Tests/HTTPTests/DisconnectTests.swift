import Glibc
import HTTP
import Testing

@Suite(.timeLimit(.minutes(5))) struct DisconnectTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    /// A handler that waits for its own cancellation, and tells when it begins and ends.
    private static func waiting(_ reached: Gate, _ cancelled: Gate) -> @Sendable (Request) async -> Response {
        { request in
            guard request.path == "/" else { return await echo(request) }
            await reached.open()
            // Only a cancelled task leaves a stream that nobody ends.
            for await _ in AsyncStream<Never>.makeStream().stream {}
            if Task.isCancelled { await cancelled.open() }
            return Response(status: 200)
        }
    }

    @Test("cancels a handler whose client goes away", arguments: [true, false])
    func cancelsHandlers(closes: Bool) async throws {
        let (reached, cancelled) = (Gate(), Gate())
        try await withServer(handler: Self.waiting(reached, cancelled)) { server in
            var client: Client? = try Client(port: server.port)
            client?.send(Self.get)
            await reached.passed()
            let start = ContinuousClock.now
            // To end only one's own side counts as well.
            if closes { client = nil } else { client?.finishSending() }
            await cancelled.passed()
            #expect(ContinuousClock.now - start < .seconds(10))
            #expect(try await Client(port: server.port).exchange("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
            _ = client
        }
    }

    @Test func letsAClientSendItsNextRequestMeanwhile() async throws {
        let (reached, gate) = (Gate(), Gate())
        let handler: @Sendable (Request) async -> Response = { request in
            await reached.open()
            await gate.passed()
            return Response(status: Task.isCancelled ? 500 : 200, body: Array(request.path.utf8))
        }
        try await withServer(handler: handler) { server in
            let client = try Client(port: server.port)
            client.send(Self.get)
            await reached.passed()
            client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            await gate.open()
            for path in ["/", "/next"] {
                let reply = try await client.reply()
                #expect(reply.status == 200)
                #expect(reply.text == path)
            }
        }
    }

    @Test func endsAStreamWhoseClientGoesAway() async throws {
        let (asked, ended) = (Gate(), Gate())
        let (stream, producer) = AsyncStream<[UInt8]>.makeStream()
        producer.onTermination = { reason in
            guard case .cancelled = reason else { return }
            Task { await ended.open() }
        }
        producer.yield(Array("one".utf8))
        let handler: @Sendable (Request) async -> Response = { _ in
            await asked.open()
            return Response(status: 200, stream: stream)
        }
        try await withServer(handler: handler) { server in
            var client: Client? = try Client(port: server.port)
            client?.send(Self.get)
            await asked.passed()
            _ = try await client?.reply(hasBody: false)
            #expect(try await client?.chunk() == "one")
            client = nil
            await ended.passed()
        }
    }

    @Test func tellsAProducerThatIsAskedForEachPiece() async throws {
        let ended = Gate()
        let stream = AsyncStream<[UInt8]> {
            Array("again".utf8)
        } onCancel: {
            Task { await ended.open() }
        }
        try await withServer(handler: { _ in Response(status: 200, stream: stream) }) { server in
            var client: Client? = try Client(port: server.port)
            client?.send(Self.get)
            _ = try await client?.reply(hasBody: false)
            #expect(try await client?.chunk() == "again")
            client = nil
            await ended.passed()
        }
    }

    @Test func leavesNothingBehindAfterManyDisconnects() async {
        // In a process of its own, where nobody else opens files.
        await #expect(processExitsWith: .success) {
            var generator = SplitMix(state: 7)
            var configuration = ServerConfiguration()
            configuration.port = 0
            // A client that goes away in the middle of its request may only be noticed at these deadlines.
            (configuration.headerSeconds, configuration.bodySeconds) = (1, 1)
            let server = try Server(
                configuration: configuration, refusal: { refusal, _ in Response(status: refusal.status) },
                handler: Self.mixed)
            let before = try Descriptors.count()
            for _ in 0..<200 {
                let client = try Client(port: server.port)
                let path = ["/plain", "/finite", "/endless"].randomElement(using: &generator) ?? "/"
                let request = Array("POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody".utf8)
                // It goes away somewhere in its request, or right after it.
                client.send(Array(request.prefix(Int.random(in: 1...(2 * request.count), using: &generator))))
                if Bool.random(using: &generator) { client.finishSending() }
            }
            // The stop waits for whatever is in flight, and no stream ends but by its client.
            await server.stop()
            #expect(try Descriptors.count() <= before)
        }
    }

    /// An echo, a stream that ends, or one that does not.
    @Sendable private static func mixed(_ request: Request) async -> Response {
        guard request.path != "/plain" else { return await echo(request) }
        let stream = AsyncStream<[UInt8]> { producer in
            producer.yield(Array("first".utf8))
            if request.path == "/finite" { producer.finish() }
        }
        return Response(status: 200, stream: stream)
    }
}

/// The process's open files.
private enum Descriptors {
    static func count() throws -> Int {
        let directory = try #require(opendir("/proc/self/fd"))
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count
    }
}

/// Steele, Lea & Flood, "Fast splittable pseudorandom number generators" (2014): the same disconnects on each run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
