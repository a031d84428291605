import HTTP
import Testing

@Suite struct ServerTests {
    @Test func answersAndKeepsTheConnection() async throws {
        try await withServer { server in
            let client = try Client(port: server.port)
            let first = try await client.exchange("GET /a%20b?x=1%2B1&y=a+b&z HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(first.status == 200)
            #expect(first.text == "GET /a%20b [x=1+1&y=a b&z=] ")
            #expect(first.headers["content-type"] == "text/plain")
            #expect(first.headers["date"] != nil)
            let second = try await client.exchange("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
            #expect(second.text == "POST /b [] hello")
        }
    }

    @Test func namesRequestsByTheClientsIDIfItIsHarmless() async throws {
        try await withServer { server in
            let client = try Client(port: server.port)
            let given = try await client.exchange("GET / HTTP/1.1\r\nHost: h\r\nx-request-id: a-1_B.2\r\n\r\n")
            #expect(given.headers["x-request-id"] == "a-1_B.2")
            let harmful = try await client.exchange("GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id: a b\r\n\r\n")
            #expect(harmful.headers["x-request-id"]?.count == 32)
        }
    }

    @Test func takesTheTraceIDWhereThereIsNoOther() async throws {
        try await withServer { server in
            let client = try Client(port: server.port)
            let trace = "X-Amzn-Trace-Id: trace-1\r\n"
            let alone = try await client.exchange("GET / HTTP/1.1\r\nHost: h\r\n\(trace)\r\n")
            #expect(alone.headers["x-request-id"] == "trace-1")
            let both = try await client.exchange("GET / HTTP/1.1\r\nHost: h\r\n\(trace)X-Request-Id: own\r\n\r\n")
            #expect(both.headers["x-request-id"] == "own")
        }
    }

    @Test func readsAChunkedBodyInPiecesOfOneByte() async throws {
        try await withServer { server in
            let client = try Client(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(String(repeating: "1\r\nz\r\n", count: 50_000) + "0\r\n\r\n")
            let reply = try await client.reply()
            #expect(reply.status == 200)
            #expect(reply.body.count == "POST / [] ".utf8.count + 50_000)
        }
    }

    @Test func sendsNoBodyToHead() async throws {
        try await withServer { server in
            let client = try Client(port: server.port)
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
            let reply = try await client.reply(hasBody: false)
            #expect(reply.headers["content-length"] == "10")
            // The next reply begins at once: no body stood between.
            #expect(try await client.exchange("GET /next HTTP/1.1\r\nHost: h\r\n\r\n").text == "GET /next [] ")
        }
    }

    @Test func answersAtTheGateBeforeTheBodyIsSent() async throws {
        let gate: @Sendable (Request) -> Response? = { request in
            request.header("x-key") == nil ? Response(status: 401, body: Array("no".utf8)) : nil
        }
        try await withServer(gate: gate) { server in
            for length in [
                "Content-Length: 1000000", "Transfer-Encoding: chunked", "Content-Length: 9\r\nExpect: 100-continue",
            ] {
                let client = try Client(port: server.port)
                client.send("POST / HTTP/1.1\r\nHost: h\r\n\(length)\r\n\r\n")
                let reply = try await client.reply()
                #expect(reply.status == 401 && reply.text == "no" && reply.headers["connection"] == "close")
                #expect(reply.headers["x-request-id"] != nil)
            }
        }
    }

    @Test func keepsTheConnectionOfAGateThatReadsAll() async throws {
        let gate: @Sendable (Request) -> Response? = { $0.header("x-key") == nil ? Response(status: 401) : nil }
        try await withServer(gate: gate) { server in
            let client = try Client(port: server.port)
            #expect(try await client.exchange("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").status == 401)
            #expect(
                try await client.exchange("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").status == 401)
            let reply = try await client.exchange(
                "POST /c HTTP/1.1\r\nHost: h\r\nX-Key: k\r\nContent-Length: 2\r\n\r\nok")
            #expect(reply.text == "POST /c [] ok")
        }
    }

    @Test func continuesWhenAsked() async throws {
        try await withServer { server in
            let client = try Client(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.reply().status == 100)
            #expect(try await client.exchange("ok").text == "POST / [] ok")
        }
    }

    @Test(
        "bounds the body",
        arguments: [("1048576", 200), ("1048577", 413), ("10000000000", 413), ("99999999999999999999", 413)])
    func boundsTheBody(length: String, status: Int) async throws {
        try await withServer { server in
            let client = try Client(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n")
            if status == 200 { client.send([UInt8](repeating: 122, count: 1 << 20)) }
            let reply = try await client.reply()
            // The library itself refuses a length that no integer holds.
            #expect(reply.status == status)
        }
    }

    @Test func boundsAChunkedBody() async throws {
        try await withServer({ $0.bodyLimit = 1000 }) { server in
            let client = try Client(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("7d0\r\n" + String(repeating: "z", count: 2000) + "\r\n0\r\n\r\n")
            #expect(try await client.reply().text == "bodyTooLarge(limit: 1000)")
        }
    }

    @Test func refusesABrokenQuery() async throws {
        try await withServer { server in
            let client = try Client(port: server.port)
            #expect(try await client.exchange("GET /?a=%zz HTTP/1.1\r\nHost: h\r\n\r\n").status == 400)
        }
    }

    @Test(
        "answers or closes on what is not HTTP",
        arguments: [
            "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n no host\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        ])
    func survivesGarbage(text: String) async throws {
        try await withServer({
            $0.headerSeconds = 0.3; $0.bodySeconds = 0.3
        }) { server in
            let answer = try await {
                let client = try Client(port: server.port)
                client.send(text)
                return await client.everything()
            }()
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5"), "\(answer)")
            #expect(try await Client(port: server.port).exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
        }
    }

    @Test(
        "ends a request that comes too slowly",
        arguments: [
            "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345",
        ])
    func endsSlowRequests(text: String) async throws {
        try await withServer({
            $0.headerSeconds = 0.3; $0.bodySeconds = 0.3
        }) { server in
            let client = try Client(port: server.port)
            client.send(text)
            #expect(await client.everything().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test(
        "closes a connection that was answered, and says why only to who has begun to ask again",
        arguments: [("", ""), ("GET /next HTTP/1.1\r\nHo", "HTTP/1.1 408 ")])
    func endsIdleConnections(text: String, answer: String) async throws {
        try await withServer({ $0.headerSeconds = 1 }) { server in
            let client = try Client(port: server.port)
            #expect(try await client.exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n" + text).status == 200)
            #expect(await client.everything().prefix(13) == answer)
        }
    }

    @Test func dripsDoNotPutOffTheDeadline() async throws {
        try await withServer({ $0.headerSeconds = 0.5 }) { server in
            let client = try Client(port: server.port)
            client.send("GET / HTTP/1.1\r\nX: ")
            let start = ContinuousClock.now
            // One byte every 50 ms is the point of this test: an inactivity time-out would never end it.
            while client.send("x"), ContinuousClock.now - start < .seconds(100) {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(ContinuousClock.now - start < .seconds(100))
        }
    }

    @Test func aHandlerMayTakeLongerThanTheDeadlines() async throws {
        let gate = Gate()
        let handler: @Sendable (Request) async -> Response = { request in
            await gate.passed()
            return await echo(request)
        }
        try await withServer({ $0.headerSeconds = 0.2 }, handler: handler) { server in
            let patient = try Client(port: server.port)
            patient.send("GET /patient HTTP/1.1\r\nHost: h\r\n\r\n")
            // Another connection runs into the deadline, which shows that its time has passed.
            let slow = try Client(port: server.port)
            slow.send("GET /slow")
            #expect(await slow.everything().hasPrefix("HTTP/1.1 408 "))
            await gate.open()
            #expect(try await patient.reply().text == "GET /patient [] ")
        }
    }

    @Test func servesManyAtOnce() async throws {
        try await withServer { server in
            let port = server.port
            let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let body = String(repeating: "\(index) ", count: 1000)
                        let head = "POST /\(index) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                        return try await Client(port: port).exchange(head + body).text == "POST /\(index) [] \(body)"
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(answered == 200)
        }
    }
}
