import HTTP
import JSON
import Service
import Testing

@Suite struct ServerAddressTests {
    @Test(
        "believes a host",
        arguments: ["localhost", "127.0.0.1:8080", "[::1]:8080", "[::1]", "draw.example.org", "a_b-c:1"])
    func believes(host: String) {
        #expect(ServerAddress(Self.request(host)).base == "http://\(host)")
    }

    @Test(
        "believes nothing else",
        arguments: [
            "", "a b", "user@x", "x/y", "x?y", "x#y", "x:y", "x:123456", "[::1", "[]", "[::1]x", "\"", "x\\y", "é",
            ":80",
            "x:-1", "x:80:80",
        ])
    func believesNothingElse(host: String) {
        #expect(ServerAddress(Self.request(host)).base == "")
    }

    @Test func needsAHost() {
        #expect(ServerAddress(Request(method: "GET", path: "/")).base == "")
    }

    private static func request(_ host: String) -> Request {
        Request(method: "GET", path: "/", headers: [("Host", host)])
    }
}

@Suite struct PublishedPicturesTests {
    private static func file(_ byteCount: Int) -> JobResult.File {
        JobResult.File(type: "image/png", bytes: [UInt8](repeating: 7, count: byteCount))
    }

    @Test func forgetsAfterAnHour() {
        let (pictures, now) = (PublishedPictures(), ContinuousClock.now)
        let id = pictures.publish(Self.file(3), at: now)
        #expect(pictures.file(id, at: now + .seconds(3599)) == Self.file(3))
        #expect(pictures.file(id, at: now + .seconds(3600)) == nil)
    }

    @Test func letsTheOldestGiveWay() {
        let pictures = PublishedPictures(maximumCount: 3, maximumByteCount: 100)
        let ids = [10, 20, 30, 40].map { pictures.publish(Self.file($0)) }
        #expect(Set(ids).count == 4)
        #expect(ids.map { pictures.file($0)?.bytes.count } == [nil, 20, 30, 40])
        let large = pictures.publish(Self.file(60))
        #expect(ids.map { pictures.file($0)?.bytes.count } == [nil, nil, nil, 40])
        #expect(pictures.file(large)?.bytes.count == 60)
    }
}

@Suite struct ImageDeliveryTests {
    @Test(
        "spreads previews over the steps",
        arguments: [
            (10, 0, [:]), (10, 1, [5: 0]), (10, 3, [2: 0, 5: 1, 7: 2]), (4, 3, [1: 0, 2: 1, 3: 2]), (2, 3, [1: 0]),
            (1, 3, [:]),
        ] as [(Int, Int, [Int: Int])])
    func spreads(stepCount: Int, partialCount: Int, expected: [Int: Int]) throws {
        let body: JSONValue = ["stream": true, "partial_images": .integer(Int64(partialCount))]
        #expect(try ImageDelivery(JSONCursor(body)).partials(of: stepCount) == expected)
    }

    @Test func previewsNothingThatIsNotStreamed() throws {
        #expect(try ImageDelivery(JSONCursor(["partial_images": 3])).partials(of: 10).isEmpty)
    }

    @Test func streamsNoAddresses() {
        #expect(throws: JSONFieldError.self) {
            try ImageDelivery(JSONCursor(["stream": true, "response_format": "url"]))
        }
    }
}
