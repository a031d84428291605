import HTTP
import Synchronization
import Testing

/// What clients must not be able to do, sent as raw bytes.
@Suite(.timeLimit(.minutes(5))) struct WireTests {
    /// What the server sends until it closes, and how many requests reached the handler.
    private func answer(to text: String) async throws -> (text: String, handled: Int) {
        let count = Mutex(0)
        return try await withServer(
            { $0.headerSeconds = 1 },
            handler: { request in
                count.withLock { $0 += 1 }
                return await echo(request)
            }
        ) { server in
            let client = try Client(port: server.port)
            client.send(text)
            let all = await client.everything()
            return (all, count.withLock(\.self))
        }
    }

    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test(
        "refuses a body whose end is in doubt",
        arguments: [
            ("Content-Length: 0\r\nContent-Length: 35\r\n", "ambiguousLength"),
            ("Content-Length: 35\r\nContent-Length: 35\r\n", "ambiguousLength"),
            ("Content-Length: 35\r\nTransfer-Encoding: chunked\r\n", "ambiguousLength"),
            ("Transfer-Encoding: chunked\r\nContent-Length: 35\r\n", "ambiguousLength"),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "ambiguousLength"),
            ("Transfer-Encoding: identity\r\n", "unknownTransferCoding"),
            ("Transfer-Encoding: gzip, chunked\r\n", "unknownTransferCoding"),
            ("Transfer-Encoding: xchunked\r\n", "unknownTransferCoding"),
            ("Transfer-Encoding: chunked\t\r\n", "unknownTransferCoding"),
            ("Transfer-Encoding:\r\n", "unknownTransferCoding"),
            ("Content-Length : 35\r\n", "malformedHeader"), ("Content-Length\t: 35\r\n", "malformedHeader"),
            ("Transfer-Encoding : chunked\r\n", "malformedHeader"),
            ("Content-Length:\r\n 35\r\n", "malformedHeader"), ("X: a\r\n\tb\r\n", "malformedHeader"),
            ("X: a\r\n \r\nY: b\r\n", "malformedHeader"), ("X: a\r\n Content-Length: 35\r\n", "malformedHeader"),
            ("X: a\nContent-Length: 35\r\n", "malformedHeader"), ("X: a\n", "malformedHeader"),
            ("X: a\rContent-Length: 35\r\n", "malformedHeader"), ("X: a\u{0}b\r\n", "malformedHeader"),
            ("X: a\u{0}\u{0}Content-Length: 35\r\n", "malformedHeader"),
            ("X: a\u{0}\u{0}Y\u{0}b\r\n", "malformedHeader"),
            (": a\r\n", "malformedHeader"), ("X\u{e9}: a\r\n", "malformedHeader"), ("Host: i\r\n", "malformedHeader"),
        ])
    func refusesDoubtfulFraming(fields: String, refusal: String) async throws {
        let (text, handled) = try await answer(to: "POST / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\(Self.smuggled)")
        #expect(text.hasPrefix("HTTP/1.1 400 "))
        #expect(text.hasSuffix("\r\n\r\n\(refusal)"))
        #expect(handled == 0)
    }

    @Test(
        "refuses what the library itself finds wrong",
        arguments: [
            "Content-Length: 5, 5\r\n", "Content-Length: +5\r\n", "Content-Length: 0x5\r\n", "Content-Length:\r\n",
            "Content-Length: 5 5\r\n", "no colon\r\n", "X\u{0}: a\r\n",
        ])
    func refusesMalformedFields(fields: String) async throws {
        let (text, handled) = try await answer(to: "POST / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\(Self.smuggled)")
        #expect(text.hasPrefix("HTTP/1.1 400 "))
        #expect(handled == 0)
    }

    @Test(
        "takes every header that is one",
        arguments: ["", "X:\r\n", "X: a:b\r\n", "X:a\r\nX:  b \r\n", "X!#$%&'*+-.^_`|~: \u{e9}\r\n"])
    func takesHeaders(fields: String) async throws {
        let (text, handled) = try await answer(
            to: "GET /?a&b=c HTTP/1.1\r\nHost: h\r\n\(fields)Connection: close\r\n\r\n")
        #expect(text.hasSuffix("GET / [a=&b=c] "))
        #expect(handled == 1)
    }

    @Test func takesNothingForARequestThatFollowsChunks() async throws {
        let (text, handled) = try await answer(
            to: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n2;\nxx\r\n0\r\n\r\n\(Self.smuggled)")
        #expect(text.hasSuffix("POST / [] xx"))
        #expect(handled == 1)
    }

    @Test("bounds the header", arguments: [1 << 20, 40_000])
    func boundsTheHeader(count: Int) async throws {
        let (text, handled) = try await answer(
            to: "GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "z", count: count))\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 431 "))
        #expect(handled == 0)
    }

    @Test func boundsTheNumberOfFields() async throws {
        let (text, _) = try await answer(
            to: "GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "a:\r\n", count: 100_000))\r\n")
        #expect(text.hasPrefix("HTTP/1.1 431 "))
    }

    @Test func boundsTheTarget() async throws {
        let (text, handled) = try await answer(
            to: "GET /\(String(repeating: "z", count: 65536)) HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 414 "))
        #expect(handled == 0)
    }

    @Test("refuses an encoded body", arguments: ["gzip", "deflate", "br", "gzip, identity"])
    func refusesEncodedBodies(coding: String) async throws {
        let (text, handled) = try await answer(
            to: "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: \(coding)\r\nContent-Length: 1000\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 415 "))
        #expect(text.hasSuffix("encodedBody"))
        #expect(handled == 0)
    }

    @Test func takesABodyThatSaysItIsNotEncoded() async throws {
        try await withServer { server in
            let reply = try await Client(port: server.port).exchange(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: Identity\r\nContent-Length: 1\r\n\r\nz")
            #expect(reply.text == "POST / [] z")
        }
    }

    @Test(
        "refuses what expects to continue at once",
        arguments: ["Content-Length: 1048577", "Content-Length: 10000000000"])
    func refusesWithoutContinuing(field: String) async throws {
        let (text, _) = try await answer(
            to: "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\(field)\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func readsThreeMegabytesOfChunksOfOneByte() async throws {
        try await withServer({ $0.bodyLimit = 3 << 20 }) { server in
            let client = try Client(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunks = Array(String(repeating: "1\r\nz\r\n", count: 1024).utf8)
            for _ in 0..<(3 << 10) { client.send(chunks) }
            client.send("0\r\n\r\n")
            #expect(try await client.reply().body.count == "POST / [] ".utf8.count + (3 << 20))
        }
    }

    @Test func saysWhereARequestComesFrom() async throws {
        try await withServer(handler: { Response(status: 200, body: Array($0.remoteAddress.utf8)) }) { server in
            let reply = try await Client(port: server.port).exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(reply.text == "127.0.0.1")
        }
    }
}
