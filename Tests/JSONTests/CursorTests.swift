import JSON
import Testing

@Suite struct CursorTests {
    private let root = JSONCursor([
        "n": 3, "whole": 3.0, "half": 0.5, "huge": 1e300, "text": "héllo", "flag": true, "none": nil,
        "list": [1, "two"], "a/b~c": ["": 1], "scheduler": "ddim",
    ])

    @Test func readsWhatIsThere() throws {
        #expect(try root.required("n").integer(in: 1...3) == 3)
        #expect(try root.required("whole").integer() == 3)
        #expect(try root.required("n").number() == 3)
        #expect(try root.required("half").number(in: 0...1) == 0.5)
        #expect(try root.required("text").string(maximumLength: 5) == "héllo")
        #expect(try root.required("flag").bool())
        #expect(try root.required("list").array().map(\.pointer) == ["/list/0", "/list/1"])
        #expect(try root.required("scheduler").choice(of: ["ddim", "euler"]) == "ddim")
        #expect(root.field("none") == nil)
        #expect(root.field("absent") == nil)
        #expect(JSONCursor("text").field("n") == nil)
    }

    @Test func escapesPointers() throws {
        let inner = try root.required("a/b~c").required("")
        #expect(inner.pointer == "/a~1b~0c/")
    }

    @Test func saysWhatIsMissing() {
        #expect(throws: JSONFieldError.missing(pointer: "/absent")) { try root.required("absent") }
        #expect(throws: JSONFieldError.missing(pointer: "/none")) { try root.required("none") }
        #expect(throws: JSONFieldError.wrongType(pointer: "", expected: "an object", actual: "an array")) {
            try JSONCursor([]).required("a")
        }
    }

    @Test func saysWhichTypeIsExpected() {
        #expect(throws: JSONFieldError.wrongType(pointer: "/text", expected: "an integer", actual: "a string")) {
            try root.required("text").integer()
        }
        #expect(throws: JSONFieldError.wrongType(pointer: "/half", expected: "an integer", actual: "a real number")) {
            try root.required("half").integer()
        }
        #expect(throws: JSONFieldError.wrongType(pointer: "/flag", expected: "a number", actual: "a boolean")) {
            try root.required("flag").number()
        }
        #expect(throws: JSONFieldError.wrongType(pointer: "/n", expected: "true or false", actual: "an integer")) {
            try root.required("n").bool()
        }
        #expect(throws: JSONFieldError.wrongType(pointer: "/list/0", expected: "a string", actual: "an integer")) {
            try root.required("list").array()[0].string()
        }
    }

    @Test func saysWhichRangeIsExpected() {
        #expect(throws: JSONFieldError.outOfRange(pointer: "/n", expected: "in 4...9", actual: "3")) {
            try root.required("n").integer(in: 4...9)
        }
        #expect(throws: JSONFieldError.self) { try root.required("huge").integer() }
        #expect(throws: JSONFieldError.outOfRange(pointer: "/half", expected: "in 1.0...2.0", actual: "0.5")) {
            try root.required("half").number(in: 1...2)
        }
        #expect(throws: JSONFieldError.tooLong(pointer: "/text", maximum: 4, actual: 5)) {
            try root.required("text").string(maximumLength: 4)
        }
        #expect(throws: JSONFieldError.tooLong(pointer: "/list", maximum: 1, actual: 2)) {
            try root.required("list").array(maximumCount: 1)
        }
        #expect(throws: JSONFieldError.notOneOf(pointer: "/scheduler", choices: ["euler"], actual: "ddim")) {
            try root.required("scheduler").choice(of: ["euler"])
        }
    }

    @Test(
        "guesses which field was meant",
        arguments: [
            ("guidence_scale", "guidance_scale"), ("promt", "prompt"), ("seeds", "seed"), ("sede", nil), ("x", nil),
            ("a/b", nil),
        ] as [(String, String?)])
    func guesses(name: String, nearest: String?) {
        let known = ["prompt", "seed", "steps", "guidance_scale"]
        let pointer = JSONCursor(nil).pointer(to: name)
        #expect(throws: JSONFieldError.unknown(pointer: pointer, nearest: nearest)) {
            try JSONCursor(.object(["prompt": "a", name: 1])).refuseUnknownFields(known)
        }
    }

    @Test func acceptsKnownFields() throws {
        try JSONCursor(["a": 1]).refuseUnknownFields(["a", "b"])
    }

    @Test func errorsReadAsSentences() {
        let errors: [(JSONFieldError, String)] = [
            (.missing(pointer: "/prompt"), "/prompt is required"),
            (
                .wrongType(pointer: "", expected: "an object", actual: "null"),
                "the document must be an object, not null"
            ),
            (.outOfRange(pointer: "/n", expected: "in 1...4", actual: "9"), "/n must be in 1...4, not 9"),
            (.tooLong(pointer: "/p", maximum: 2, actual: 3), "/p has length 3; at most 2 is accepted"),
            (.notOneOf(pointer: "/s", choices: ["a", "b"], actual: "c"), "/s must be one of 'a', 'b', not 'c'"),
            (.unknown(pointer: "/promt", nearest: "prompt"), "/promt is not a known field (did you mean 'prompt'?)"),
        ]
        for (error, sentence) in errors { #expect(error.description == sentence) }
    }
}
