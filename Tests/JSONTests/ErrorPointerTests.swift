import JSON
import Testing

@Suite struct ErrorPointerTests {
    @Test(
        "says of which value nothing could be read",
        arguments: [
            (#"{"prompt": "a fox", "steps": 1e999}"#, "/steps"),
            (#"{"steps": NaN, "n": 1}"#, "/steps"),
            (#"{"seed": 9223372036854775808}"#, "/seed"),
            (#"{"a": {"b": [0, {"c": 1}, -]}}"#, "/a/b/2"),
            (#"{"a": [1, 2], "b": [[], .5]}"#, "/b/1"),
            (#"{"a/b~c": nul}"#, "/a~1b~0c"),
            (#"{"a": "}{\"][,", "b": x}"#, "/b"),
            (#"{"prompt": "a fox"#, "/prompt"),
            ("[[[", "/0/0/0"),
            ("{", ""),
            ("", ""),
            ("nonsense", ""),
        ])
    func findsTheInnermostValue(text: String, pointer: String) throws {
        let bytes = Array(text.utf8)
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error.pointer(in: bytes) == pointer)
    }
}
