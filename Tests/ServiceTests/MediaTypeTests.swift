import Service
import Testing

@Suite struct MediaTypeTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]

    @Test(
        "believes a content type",
        arguments: [
            ("application/json", MediaType.json), ("Application/JSON; charset=utf-8", .json),
            ("application/problem+json", .json), ("image/png", .png), ("image/jpeg", .jpeg),
            ("text/plain", .other("text/plain")),
            ("multipart/form-data; boundary=abc", .multipart(boundary: "abc")),
            ("multipart/form-data; charset=x; boundary=\"a b\"", .multipart(boundary: "a b")),
            ("multipart/form-data", .other("multipart/form-data")),
        ])
    func believes(contentType: String, expected: MediaType) {
        #expect(MediaType(contentType: contentType, body: Self.png) == expected)
    }

    @Test("looks at the bytes", arguments: [nil, "", "application/octet-stream", "application/x-www-form-urlencoded"])
    func looks(contentType: String?) {
        #expect(MediaType(contentType: contentType, body: Self.png) == .png)
        #expect(MediaType(contentType: contentType, body: Array(" \r\n\t{}".utf8)) == .json)
        #expect(MediaType(contentType: contentType, body: Array("prompt=fox".utf8)).isOther)
        #expect(MediaType(contentType: contentType, body: [0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
        #expect(MediaType(contentType: contentType, body: [0xFF, 0xD8]).isOther)
    }
}

extension MediaType {
    fileprivate var isOther: Bool {
        guard case .other = self else { return false }
        return true
    }
}
