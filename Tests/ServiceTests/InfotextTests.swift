import Glibc
import Service
import TestSupport
import Testing

@Suite struct InfotextTests {
    private static let parameters = [
        Infotext.Parameter("Steps", "20"), Infotext.Parameter("Sampler", "Euler a"),
        Infotext.Parameter("CFG scale", "7"), Infotext.Parameter("Seed", "965400086"),
        Infotext.Parameter("Size", "512x512"),
    ]
    private static let line = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 965400086, Size: 512x512"

    @Test(
        "writes what AUTOMATIC1111 writes",
        arguments: [
            ("a fox", "", "a fox\n\(line)"), ("a fox", "ugly", "a fox\nNegative prompt: ugly\n\(line)"),
            ("", "", line),
            ("two\nlines", "three\nand\nfour", "two\nlines\nNegative prompt: three\nand\nfour\n\(line)"),
            ("狐 🦊 \"é\"", "", "狐 🦊 \"é\"\n\(line)"),
        ])
    func writes(prompt: String, negative: String, text: String) {
        let infotext = Infotext(prompt: prompt, negativePrompt: negative, parameters: Self.parameters)
        #expect(infotext.text == text)
        #expect(Infotext(parsing: text) == infotext)
    }

    @Test(
        "quotes values as JSON where they would end early",
        arguments: [
            ("a, b", #""a, b""#), ("a: b", #""a: b""#), ("a\nb", #""a\nb""#), ("say \"a\", b", #""say \"a\", b""#),
            (#"a\b, 狐"#, #""a\\b, 狐""#), ("a \"b\" c", "a \"b\" c"), ("a\\", "a\\"),
        ])
    func quotes(value: String, written: String) {
        let parameters = Self.parameters + [Infotext.Parameter("Lora hashes", value)]
        let infotext = Infotext(prompt: "a fox", parameters: parameters)
        #expect(infotext.text == "a fox\n\(Self.line), Lora hashes: \(written)")
        #expect(Infotext(parsing: infotext.text) == infotext)
    }

    /// Results of `re_param.findall`, `strip` and `unquote` in Python, by hand.
    @Test(
        "reads what else the original reads",
        arguments: [
            ("  a fox  \n\n  Negative prompt:   ugly \n bad\n\(line)\n", "a fox\n", "ugly\nbad", 5),
            ("\n\na fox\n\(line)", "a fox", "", 5),
            ("a fox\nSteps: 20, Seed: 7", "a fox\nSteps: 20, Seed: 7", "", 0),
            ("a fox, Steps: 20, Sampler: DDIM, Seed: 7", "", "", 3),
            ("a\nNegative prompt: b\nNegative prompt: c\n\(line)", "a", "b\nc", 5),
            ("a fox\r\n\(line)", "a fox", "", 5), ("", "", "", 0), ("Negative prompt:", "", "", 0),
            ("a fox\nSteps: 20\n\(line)", "a fox\nSteps: 20", "", 5),
        ])
    func reads(text: String, prompt: String, negative: String, count: Int) {
        let infotext = Infotext(parsing: text)
        #expect(infotext.prompt == prompt)
        #expect(infotext.negativePrompt == negative)
        #expect(infotext.parameters.count == count)
    }

    @Test(
        "reads lines of parameters as the original's expression does",
        arguments: [
            (#"aa: 1, bb: "x, y", cc: 3"#, ["aa=1", "bb=x, y", "cc=3"]),
            (#"aa: "x" y, bb: "", cc: """#, [#"aa="x" y"#, "bb=", "cc="]),
            (#"aa: "x, bb: 2, cc: 3"#, [#"aa="x"#, "bb=2", "cc=3"]),
            (#"aa: "\", bb: 2, cc: 3"#, [#"aa="\""#, "bb=2", "cc=3"]),
            ("aa: , bb: 2, cc: 3, dd:4 ", ["bb=2", "cc=3", "dd=4"]),
            ("a: 1, (bb: 2, cc: dd: 3, ee: 5", ["bb=2", "cc=dd: 3", "ee=5"]),
            ("é-x/y z: 1, _b: 2, ١٢: 3", ["é-x/y z=1", "_b=2", "١٢=3"]),
            (#"aa: "\x", bb: "é", cc: "\ud83e\udd8a""#, [#"aa="\x""#, "bb=é", "cc=🦊"]),
            ("aa: 1, bb: 2, bb: 3", ["aa=1", "bb=2", "bb=3"]), ("aa: 1, bb: , cc:", ["aa=1"]),
        ])
    func readsParameters(line: String, expected: [String]) {
        let infotext = Infotext(parsing: line)
        #expect(infotext.parameters.map { "\($0.name)=\($0.value)" } == expected)
    }

    @Test func findsTheLastOfRepeatedParameters() {
        let infotext = Infotext(parsing: "aa: 1, bb: 2, bb: 3")
        #expect(infotext["bb"] == "3")
        #expect(infotext["cc"] == nil)
    }

    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func survivesAnyText() {
        var generator = SeededGenerator(seed: 1)
        let pieces = [
            "\"", "\\", ",", ":", "\n", " ", "a", "Steps", "Negative prompt:", "é", "🦊", "\r", "\0", "<lora:", ">",
        ]
        for _ in 0..<3000 {
            let count = Int.random(in: 0..<40, using: &generator)
            let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            let infotext = Infotext(parsing: text)
            #expect(infotext.prompt.utf8.count + infotext.negativePrompt.utf8.count <= text.utf8.count)
        }
    }

    @Test(
        "takes linear time over texts made to take longer",
        arguments: [#"aa: ""#, "aa: ", "a", "\"\\", " ", "\n", "Negative prompt:", "-", "aa:\"\\\","])
    func isLinear(piece: String) {
        /// Of this thread alone, so that a busy machine changes little.
        func processorSeconds(_ count: Int) -> Double {
            let text = String(repeating: piece, count: count)
            let start = Self.threadSeconds
            _ = Infotext(parsing: text)
            return Self.threadSeconds - start
        }
        let (short, long) = (processorSeconds(20_000), processorSeconds(160_000))
        // Eight times the text; sixty-four times the time would be quadratic, and half of that is far from either.
        #expect(long < short * 32 + 0.05)
    }
}
