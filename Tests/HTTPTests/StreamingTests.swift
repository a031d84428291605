import HTTP
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct StreamingTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    /// A handler that answers with one stream.
    private static func streaming(_ stream: AsyncStream<[UInt8]>) -> @Sendable (Request) async -> Response {
        { _ in Response(status: 200, headers: [("Content-Type", "text/event-stream")], stream: stream) }
    }

    @Test func sendsEachPieceBeforeTheNextIsMade() async throws {
        let (stream, producer) = AsyncStream<[UInt8]>.makeStream()
        try await withServer(handler: Self.streaming(stream)) { server in
            let client = try Client(port: server.port)
            client.send(Self.get)
            // The header comes before there is anything to follow it.
            let head = try await client.reply(hasBody: false)
            #expect(head.status == 200)
            #expect(head.headers["transfer-encoding"] == "chunked")
            #expect(head.headers["content-length"] == nil)
            for piece in ["one", "two", "three"] {
                producer.yield(Array(piece.utf8))
                #expect(try await client.chunk() == piece)
            }
            producer.finish()
            #expect(try await client.chunk() == "")
        }
    }

    @Test func keepsTheConnectionAfterAStream() async throws {
        let handler: @Sendable (Request) async -> Response = { request in
            guard request.path == "/stream" else { return await echo(request) }
            return Response(
                status: 200,
                stream: AsyncStream { producer in
                    // An empty piece must not end a chunked body.
                    for piece in [[], Array("all".utf8), []] { producer.yield(piece) }
                    producer.finish()
                })
        }
        try await withServer(handler: handler) { server in
            let client = try Client(port: server.port)
            for _ in 0..<3 {
                client.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try await client.reply(hasBody: false).status == 200)
                #expect(try await client.chunk() == "all")
                #expect(try await client.chunk() == "")
                #expect(try await client.exchange(Self.get).text == "GET / [] ")
            }
        }
    }

    @Test func sendsALargePieceWhole() async throws {
        let piece = (0..<3_000_000).map { UInt8(97 + $0 % 26) }
        let (stream, producer) = AsyncStream<[UInt8]>.makeStream()
        producer.yield(piece)
        producer.finish()
        try await withServer(handler: Self.streaming(stream)) { server in
            let client = try Client(port: server.port)
            client.send(Self.get)
            _ = try await client.reply(hasBody: false)
            var received = ""
            while case let chunk = try await client.chunk(), !chunk.isEmpty { received += chunk }
            #expect(Array(received.utf8) == piece)
        }
    }

    @Test func endsTheConnectionOfAClientWithoutChunks() async throws {
        let (stream, producer) = AsyncStream<[UInt8]>.makeStream()
        for piece in ["one ", "two"] { producer.yield(Array(piece.utf8)) }
        producer.finish()
        try await withServer(handler: Self.streaming(stream)) { server in
            let client = try Client(port: server.port)
            client.send("GET / HTTP/1.0\r\n\r\n")
            #expect(await client.everything().hasSuffix("\r\n\r\none two"))
        }
    }

    @Test func sendsHeadersAloneToHead() async throws {
        let ended = Gate()
        let (stream, producer) = AsyncStream<[UInt8]>.makeStream()
        producer.onTermination = { _ in Task { await ended.open() } }
        producer.yield(Array("never sent".utf8))
        try await withServer(handler: Self.streaming(stream)) { server in
            let client = try Client(port: server.port)
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = await client.everything()
            #expect(answer.contains("\r\nContent-Type: text/event-stream\r\n"))
            // Not even the mark of a body's end.
            #expect(
                answer.split(separator: "\r\n\r\n", omittingEmptySubsequences: false).map(\.isEmpty) == [false, true])
            await ended.passed()
        }
    }

    @Test func endsAReaderThatIsTooSlowAndAsksNobodyForMoreMeanwhile() async throws {
        let ended = Gate()
        let pieces = Mutex(0)
        let stream = AsyncStream<[UInt8]> {
            pieces.withLock { $0 += 1 }
            return [UInt8](repeating: 122, count: 1 << 20)
        } onCancel: {
            Task { await ended.open() }
        }
        try await withServer({ $0.replySeconds = 0.5 }, handler: Self.streaming(stream)) { server in
            let client = try Client(port: server.port)
            client.send(Self.get)
            // It reads nothing: the kernel's buffers fill, and then no piece can go.
            await ended.passed()
            #expect((1..<50).contains(pieces.withLock(\.self)))
            // All that is left is what the buffers held.
            #expect(await client.everything().utf8.count < 50 << 20)
        }
    }

    @Test("ends a reader that drips", arguments: [true, false])
    func dripsDoNotPutOffTheDeadline(isStreamed: Bool) async throws {
        let bytes = [UInt8](repeating: 122, count: 64 << 20)
        let (stream, producer) = AsyncStream<[UInt8]>.makeStream()
        producer.yield(bytes)
        let handler: @Sendable (Request) async -> Response = { _ in
            isStreamed ? Response(status: 200, stream: stream) : Response(status: 200, body: bytes)
        }
        try await withServer({ $0.replySeconds = 0.5 }, handler: handler) { server in
            let client = try Client(port: server.port)
            client.send(Self.get)
            var received = 0
            // One megabyte every 50 ms at most is the point of this test: an inactivity time-out would never end it.
            while case let count = await client.count(upTo: 1 << 20), count > 0, received < bytes.count {
                received += count
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(received < bytes.count)
        }
    }

    @Test func waitsForAPieceLongerThanAReaderMayTake() async throws {
        let (stream, producer) = AsyncStream<[UInt8]>.makeStream()
        try await withServer(
            {
                $0.headerSeconds = 0.5; $0.replySeconds = 0.2
            }, handler: Self.streaming(stream)
        ) { server in
            let patient = try Client(port: server.port)
            patient.send(Self.get)
            _ = try await patient.reply(hasBody: false)
            // Another connection runs into a longer deadline, which shows that the time has passed.
            #expect(try await Client(port: server.port).everything().hasPrefix("HTTP/1.1 408 "))
            producer.yield(Array("late".utf8))
            producer.finish()
            #expect(try await patient.chunk() == "late")
        }
    }

    @Test func deliversAStreamInFlightWholeWhenStopped() async throws {
        let (stream, producer) = AsyncStream<[UInt8]>.makeStream()
        var configuration = ServerConfiguration()
        configuration.port = 0
        let server = try Server(
            configuration: configuration, refusal: { refusal, _ in Response(status: refusal.status) },
            handler: Self.streaming(stream))
        let client = try Client(port: server.port)
        client.send(Self.get)
        _ = try await client.reply(hasBody: false)
        async let stopped: Void = server.stop()
        for index in 0..<100 {
            producer.yield(Array("\(index)".utf8))
            #expect(try await client.chunk() == "\(index)")
        }
        producer.finish()
        #expect(await client.everything() == "0\r\n\r\n")
        await stopped
    }
}
