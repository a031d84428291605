import JSON
import Testing

@Suite struct ObjectTests {
    @Test("keeps the order of names", arguments: [3, 9, 500])
    func keepsOrder(count: Int) throws {
        let names = (0..<count).map { "n\(($0 * 7919) % 1009)" }
        let text = "{" + names.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
        let object = try #require(JSONValue(parsing: Array(text.utf8)).object)
        #expect(object.names == names)
        for name in names { #expect(object[name] == .string(name)) }
        #expect(object["absent"] == nil)
    }

    @Test("sets, replaces and removes", arguments: [2, 20])
    func mutates(count: Int) {
        var object = JSONObject((0..<count).map { ("n\($0)", .integer(Int64($0))) })
        object["n0"] = "first"
        object["n1"] = nil
        object["last"] = true
        #expect(object.count == count)
        #expect(object["n0"] == "first")
        #expect(object["n1"] == nil)
        #expect(object.names.first == "n0")
        #expect(object.names.last == "last")
        for index in 2..<max(2, count) { #expect(object["n\(index)"] == .integer(Int64(index))) }
    }

    @Test func equalityIgnoresOrder() {
        let a: JSONObject = ["x": 1, "y": 2]
        #expect(a == ["y": 2, "x": 1])
        #expect(a != ["x": 1])
        #expect(a != ["x": 1, "z": 2])
    }

    @Test func canonicallyEquivalentNamesStayDistinct() throws {
        let value = try JSONValue(parsing: Array("{\"\u{E9}\": 1, \"e\u{301}\": 2}".utf8))
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
    }
}
