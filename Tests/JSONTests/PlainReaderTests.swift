import JSON
import Testing

/// Most documents are read without jansson, which must make no difference.
@Suite struct PlainReaderTests {
    /// What is read of an object that ends so, or nil: without jansson, if it is plain, and by jansson, to which an escape in
    /// the same text leaves everything.
    private static func readings(_ end: [UInt8]) -> (plain: [UInt8]?, jansson: [UInt8]?) {
        func reading(_ start: String) -> [UInt8]? {
            // Zeros of both signs and numbers of both kinds are told apart in writing alone.
            do throws(JSONError) { return try JSONValue(parsing: Array(start.utf8) + end).encoded() } catch {
                return nil
            }
        }
        return (reading(#"{"x": "A", "y": "#), reading(#"{"x": "\u0041", "y": "#))
    }

    @Test(
        "reads as jansson does",
        arguments: [
            "0", "-0", "-0.0", "7", "-12345678901234567", "999999999999999999", "-999999999999999999",
            "1234567890123456789",
            "9223372036854775807", "-9223372036854775808", "0.1", "-0.30000000000000004", "1e5", "1E+5", "1.5e-7",
            "5e-324",
            "1e-400", "1.7976931348623157e308", "123456789012345678901234567890.5", "0e0", "0.0E-0", "true", "false",
            "null",
            #""""#, #""fox""#, #""é😀 /""#, "[]", "[ ]", "{}", "{ }", "[[],[[]],{}]", #"{"a":1,"b":{"a":[2,"c"]}}"#,
            "[ 1 ,\n2\t,\r3 ]", #"{ "a" : null , "" : "" }"#,
        ])
    func agrees(text: String) throws {
        let (plain, jansson) = Self.readings(Array("\(text)}".utf8))
        #expect(plain != nil && plain == jansson)
        // By itself a document has nothing behind it.
        #expect(try JSONValue(parsing: Array(text.utf8)) == JSONValue(parsing: Array("[\(text)]".utf8)).array?.first)
    }

    @Test func agreesOnRandomNumbers() throws {
        var generator = SystemRandomNumberGenerator()
        let numbers = (0..<2000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
        let text = "[\(numbers.map { "\($0)" }.joined(separator: ", "))]"
        #expect(try JSONValue(parsing: Array(text.utf8)) == .array(numbers.map(JSONValue.real)))
    }

    @Test(
        "leaves to jansson what it refuses",
        arguments: [
            "", " ", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]]", "[1] x", "{", #"{"a"}"#, #"{"a":}"#,
            #"{"a":1,}"#,
            #"{"a":1 "b":2}"#, #"{"a":1,"a":1}"#, "{a:1}", "[01]", "[-]", "[1.]", "[.5]", "[1e]", "[1e+]", "[+1]",
            "[1.e5]",
            "[1e999]", "[9223372036854775808]", "[tru]", "[trueish]", "[nul]", "nul", "\"", "\"fox", "[\"\t\"]",
            "[\"\u{0}\"]",
            "[NaN]", "[0x10]", "[1,2],", "[-Infinity]", "[1_000]",
        ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test func agreesOnWhatIsAlmostJSON() {
        let end = Array(#"[1, -2.5e3, true, null, "a fox é"], "o": {"p": "", "q": [[]], "r": 0.25}}"#.utf8)
        let letters = Array("{}[]\",: 01eE+-.tnu\n".utf8) + [0, 0x7F, 0xC3, 0xFF]
        var readCount = 0
        for _ in 0..<5000 {
            var bytes = end
            for _ in 0..<Int.random(in: 1...2) {
                bytes[Int.random(in: 0..<bytes.count)] = letters[Int.random(in: 0..<letters.count)]
            }
            let (plain, jansson) = Self.readings(bytes)
            #expect(plain == jansson, "\(String(decoding: bytes, as: UTF8.self))")
            readCount += plain == nil ? 0 : 1
        }
        #expect((100..<4900).contains(readCount), "both kinds were met")
    }
}
