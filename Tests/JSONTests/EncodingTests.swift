import JSON
import Testing

@Suite struct EncodingTests {
    @Test(
        "writes the shortest form",
        arguments: [
            (nil, "null"), (true, "true"), (-7, "-7"), (0.1, "0.1"), (5.0, "5.0"), (-0.0, "-0.0"), (1e-5, "1e-05"),
            (1e300, "1e+300"), (.real(0.1 + 0.2), "0.30000000000000004"), (.real(.nan), "null"),
            (.real(-.infinity), "null"),
            ("a\"b\\c/\n\r\t\u{8}\u{C}\u{1F}\u{7F}é😀", #""a\"b\\c/\n\r\t\b\f\u001f"# + "\u{7F}é😀\""),
            ("", "\"\""), ([], "[]"), ([:], "{}"), (["b": [1, 2], "a": nil], #"{"b":[1,2],"a":null}"#),
        ] as [(JSONValue, String)])
    func writes(value: JSONValue, expected: String) {
        #expect(String(decoding: value.encoded(), as: UTF8.self) == expected)
    }

    @Test func indentsWhenPretty() {
        let value: JSONValue = ["a": [1, ["b": true]], "c": [], "d": [:]]
        let expected = """
            {
              "a": [
                1,
                {
                  "b": true
                }
              ],
              "c": [],
              "d": {}
            }
            """
        #expect(String(decoding: value.encoded(pretty: true), as: UTF8.self) == expected)
    }

    @Test("reads back what it wrote", arguments: [false, true])
    func roundTrips(pretty: Bool) throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let value = Self.randomValue(depth: 4, &generator)
            #expect(try JSONValue(parsing: value.encoded(pretty: pretty)) == value)
        }
    }

    @Test func writesAndReadsMegabytesOfText() throws {
        let text = String(repeating: "iVBORw0KGgo+/A==", count: 512 * 1024)  // 8 MiB
        let value: JSONValue = ["b64_json": .string(text)]
        #expect(try JSONValue(parsing: value.encoded()) == value)
    }

    private static func randomValue(depth: Int, _ generator: inout SystemRandomNumberGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return nil
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(.random(in: .min ... .max, using: &generator))
        case 3:
            let real = Double(bitPattern: .random(in: .min ... .max, using: &generator))
            return .real(real.isFinite ? real : 0.5)
        case 4: return .string(randomString(&generator))
        case 5:
            return .array((0..<Int.random(in: 0...4)).map { _ in randomValue(depth: depth - 1, &generator) })
        default:
            return .object(
                JSONObject(
                    (0..<Int.random(in: 0...4)).map {
                        ("\($0)" + randomString(&generator), randomValue(depth: depth - 1, &generator))
                    }))
        }
    }

    private static func randomString(_ generator: inout SystemRandomNumberGenerator) -> String {
        let scalars = (0..<Int.random(in: 0...8, using: &generator)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 1...(Bool.random() ? 0x7F : 0x10FFFF), using: &generator))
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }
}
