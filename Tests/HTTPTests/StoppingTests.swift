import HTTP
import Testing

@Suite struct StoppingTests {
    private static func makeServer(_ handler: @escaping @Sendable (Request) async -> Response) throws -> Server {
        var configuration = ServerConfiguration()
        configuration.port = 0
        return try Server(
            configuration: configuration, refusal: { refusal, _ in Response(status: refusal.status) }, handler: handler)
    }

    @Test func deliversTheReplyOfARequestInFlight() async throws {
        let (reached, gate) = (Gate(), Gate())
        let body = [UInt8](repeating: 122, count: 4 << 20)
        let server = try Self.makeServer { _ in
            await reached.open()
            await gate.passed()
            return Response(status: 200, body: body)
        }
        let client = try Client(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        await reached.passed()
        async let stopped: Void = server.stop()
        await gate.open()
        let reply = try await client.reply()
        #expect(reply.body == body)
        await stopped
        #expect(throws: ConnectionRefused.self) { try Client(port: server.port) }
    }

    @Test func stopsAtOnceWithIdleConnectionsAndTwiceHarmlessly() async throws {
        let server = try Self.makeServer(echo)
        let client = try Client(port: server.port)
        #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
        await server.stop()
        await server.stop()
        #expect(await client.everything().isEmpty)
    }

    @Test func saysWhyItCannotListen() async throws {
        let server = try Self.makeServer(echo)
        var configuration = ServerConfiguration()
        configuration.port = server.port
        #expect(
            throws: ServerError.cannotListen(host: "127.0.0.1", port: server.port, reason: "Address already in use")
        ) {
            try Server(configuration: configuration, refusal: { _, _ in Response(status: 400) }, handler: echo)
        }
        await server.stop()
        configuration.host = "not an address"
        #expect(throws: ServerError.self) {
            try Server(configuration: configuration, refusal: { _, _ in Response(status: 400) }, handler: echo)
        }
    }
}
