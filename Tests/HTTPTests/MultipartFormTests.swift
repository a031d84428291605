import HTTP
import Testing

@Suite struct MultipartFormTests {
    private static func parse(_ text: String, boundary: String = "XX") throws(MultipartError) -> [MultipartForm.Part] {
        try MultipartForm(parsing: Array(text.utf8), boundary: boundary).parts
    }

    @Test func readsFieldsAndFiles() throws {
        let parts = try Self.parse(
            "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"scorers\"\r\n\r\nclip\r\n"
                + "--XX\r\ncontent-disposition:form-data; filename=\"a\\\"b;c.png\"; name=image\r\n"
                + "Content-Type: image/png\r\n\r\n\r\n--X not the end\r\n--XX--\r\nepilogue")
        #expect(parts.map(\.name) == ["scorers", "image"])
        #expect(parts.map { String(decoding: $0.body, as: UTF8.self) } == ["clip", "\r\n--X not the end"])
        #expect(parts.map(\.filename) == [nil, "a\"b;c.png"])
        #expect(parts.map(\.contentType) == [nil, "image/png"])
    }

    @Test func keepsEveryByteOfAFile() throws {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let body =
            Array("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n".utf8) + bytes
            + Array("\r\n--b--".utf8)
        #expect(try MultipartForm(parsing: body, boundary: "b").parts.first?.body == bytes)
    }

    @Test func readsEmptyFieldsAndEmptyForms() throws {
        let parts = try Self.parse("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--XX--")
        #expect(parts.map(\.body) == [[]])
        #expect(try Self.parse("--XX--").isEmpty)
    }

    @Test(
        "refuses a form that ends early",
        arguments: [
            "", "--X", "--XX", "--XX\r", "--XX\r\n", "--XX\r\nContent-Disposition: form-data; name=\"a\"",
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue",
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n--XX",
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n--XX\r\n",
        ])
    func refusesTruncation(text: String) {
        #expect(throws: MultipartError.truncated) { try Self.parse(text) }
    }

    @Test(
        "refuses a header that is none",
        arguments: [
            "no colon", ": value", String(repeating: "a", count: 9000) + ": b",
        ])
    func refusesBadHeaders(line: String) {
        #expect(throws: MultipartError.badHeader(index: 0)) { try Self.parse("--XX\r\n\(line)\r\n\r\nvalue\r\n--XX--") }
    }

    @Test(
        "refuses a part without a name",
        arguments: [
            "X-Other: 1", "Content-Disposition: form-data", "Content-Disposition: attachment; name=\"a\"",
            "Content-Disposition: form-data; name=\"a", "Content-Disposition: form-data; name",
        ])
    func refusesUnnamedParts(line: String) {
        #expect(throws: MultipartError.unnamedPart(index: 0)) {
            try Self.parse("--XX\r\n\(line)\r\n\r\nvalue\r\n--XX--")
        }
    }

    @Test(
        "refuses a boundary that RFC 2046 does not allow",
        arguments: [
            "", "a b ", "ä", "a\"b", String(repeating: "b", count: 71),
        ])
    func refusesBadBoundaries(boundary: String) {
        #expect(throws: MultipartError.badBoundary) { try Self.parse("--\(boundary)--", boundary: boundary) }
    }

    @Test func boundsThePartsAndWhatFollowsABoundary() {
        let part = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n"
        #expect(throws: MultipartError.tooManyParts(maximum: 1024)) {
            try Self.parse(String(repeating: part, count: 1025) + "--XX--")
        }
        #expect(throws: MultipartError.badDelimiter(index: 0)) { try Self.parse(part + "--XXjunk\r\n") }
    }
}
