import JSON
import Layers
import TestSupport
import Testing

@Suite struct ConfigurationFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func namesTheFileAndTheFieldOfAWrongValue() throws {
        let path = try folder.write(#"{"sizes":[1,-2]}"#, to: "config.json")
        let file = try ConfigurationFile(path)
        let expected = JSONFieldError.outOfRange(pointer: "/sizes/1", expected: "in 1...8", actual: "-2")
        #expect(throws: ModelError.configuration(expected, file: path)) {
            try file.read { root throws(JSONFieldError) in
                try root.required("sizes").array()[1].integer(in: 1...8)
            }
        }
    }

    @Test func namesWhatIsNotSupported() throws {
        let path = try folder.write(#"{"_class_name":"FluxPipeline"}"#, to: "model_index.json")
        let file = try ConfigurationFile(path)
        let field = try #require(file.root.field("_class_name"))
        #expect(
            file.unsupported(field)
                == .unsupported(file: path, pointer: "/_class_name", value: #""FluxPipeline""#))
    }

    @Test func takesPythonsNumbersThatJSONLacksForAbsent() throws {
        let text = #"{"clipped": -Infinity, "other": [NaN, Infinity], "text": "a \"NaN\" -Infinity"}"#
        let root = try ConfigurationFile(try folder.write(text, to: "config.json")).root
        #expect(root.field("clipped") == nil)
        #expect(root.value == ["clipped": .null, "other": [.null, .null], "text": .string(#"a "NaN" -Infinity"#)])
    }

    @Test("refuses", arguments: ["", "[]", "1", "{", #"{"a":1,"a":2}"#])
    func refuses(text: String) throws {
        let path = try folder.write(text, to: "config.json")
        #expect(throws: ModelError.self) { try ConfigurationFile(path) }
    }

    @Test func refusesAFileOverItsLimit() throws {
        let path = try folder.write("{" + String(repeating: " ", count: 1 << 20) + "}", to: "config.json")
        #expect(
            throws: ModelError.malformed(file: path, reason: "1048578 bytes; at most 1048576 are accepted")
        ) { try ConfigurationFile(path) }
    }

    @Test func saysThatAFileIsNotThere() {
        #expect(
            throws: ModelError.unreadable(file: "/nowhere/config.json", reason: "No such file or directory")
        ) { try ConfigurationFile("/nowhere/config.json") }
    }
}
