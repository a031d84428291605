import Service
import Testing

@Suite struct ExpositionTests {
    @Test func escapesHelpAndLabels() {
        var exposition = Exposition()
        exposition.begin("a_total", .counter, "A \"word\", a \\ and a\nline.")
        exposition.add("a_total", [("path", "/v1/{id}\\\n\"")], 1)
        #expect(
            exposition.text == """
                # HELP a_total A "word", a \\\\ and a\\nline.
                # TYPE a_total counter
                a_total{path="/v1/{id}\\\\\\n\\""} 1

                """)
    }

    @Test(
        "writes numbers as Go reads them",
        arguments: [
            (0, "0"), (1, "1"), (0.25, "0.25"), (1e-9, "1e-09"), (1e21, "1e+21"), (-3, "-3"), (.nan, "NaN"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (123_456_789.5, "123456789.5"),
        ] as [(Double, String)])
    func writesNumbers(value: Double, text: String) { #expect(Exposition.number(value) == text) }

    @Test func countsEachCombinationOfLabels() {
        let counter = Counter("c_total", "C.", labels: ["a", "b"])
        for values in [("y", "1"), ("x", "2"), ("y", "1")] { counter.count(values.0, values.1) }
        var exposition = Exposition()
        counter.write(to: &exposition)
        #expect(
            exposition.text == """
                # HELP c_total C.
                # TYPE c_total counter
                c_total{a="x",b="2"} 1
                c_total{a="y",b="1"} 2

                """)
    }

    @Test func aHistogramIsCumulativeAndItsBoundsBelongToTheirBuckets() {
        let histogram = Histogram("h_seconds", "H.", labels: ["kind"])
        for seconds in [0.05, 0.0501, 2.5, 10_000] { histogram.observe(seconds: seconds, "x") }
        var exposition = Exposition()
        histogram.write(to: &exposition)
        let lines = exposition.text.split(separator: "\n")
        #expect(lines.count == 2 + Histogram.bounds.count + 1 + 2)
        #expect(lines[2] == #"h_seconds_bucket{kind="x",le="0.05"} 1"#)
        #expect(lines[3] == #"h_seconds_bucket{kind="x",le="0.1"} 2"#)
        #expect(lines.contains(#"h_seconds_bucket{kind="x",le="1"} 2"#))
        #expect(lines.contains(#"h_seconds_bucket{kind="x",le="2.5"} 3"#))
        #expect(lines.contains(#"h_seconds_bucket{kind="x",le="1200"} 3"#))
        #expect(lines.contains(#"h_seconds_bucket{kind="x",le="+Inf"} 4"#))
        #expect(lines.suffix(2) == [#"h_seconds_sum{kind="x"} 10002.6001"#, #"h_seconds_count{kind="x"} 4"#])
    }
}
