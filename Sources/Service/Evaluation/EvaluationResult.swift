import Charts
package import JSON

/// What an evaluation found: a table, and pictures.
package struct EvaluationResult: Sendable {
    /// One system's figures.
    package struct System: Sendable {
        /// Its name.
        package let name: String
        /// How many images it has.
        package let count: Int
        /// Its figures, in the order of the request.
        package let measures: [Measure]
    }

    /// The systems in the order of the request.
    package let systems: [System]
    /// The system that others were compared with.
    package let reference: String
    /// Prompts that were cut.
    package let warnings: [Truncation]
    /// PNGs by name.
    package let pictures: [(name: String, png: [UInt8])]

    /// The figures of the API.
    package var json: JSONObject {
        [
            "reference": .string(reference),
            "systems": .array(
                systems.map { system in
                    [
                        "name": .string(system.name), "n": .integer(Int64(system.count)),
                        "measures": .array(system.measures.map(\.json)),
                    ]
                }),
            "warnings": .array(warnings.map(\.json)),
        ]
    }

    /// A line for each system and measure (RFC 4180).
    package var csv: String {
        let header = ["system", "measure", "value", "lower", "upper", "standard_deviation", "n", "embedder"]
        var lines = [header]
        for system in systems {
            for measure in system.measures { lines.append([system.name] + Self.fields(of: measure)) }
        }
        return lines.map { $0.map(Self.csvField).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func fields(of measure: Measure) -> [String] {
        let numbers = [measure.interval?.lowerBound, measure.interval?.upperBound, measure.deviation]
        let texts = numbers.map { number in number.map(\.description) ?? "" }
        return [measure.name, measure.value.description] + texts + [measure.count.description, measure.embedder ?? ""]
    }

    /// A table with a row for each measure and a column for each system; means with their 95 % interval.
    package var markdown: String {
        var names: [String] = []
        for measure in systems.flatMap(\.measures) where !names.contains(measure.name) { names.append(measure.name) }
        let columns: [String] = systems.map { "\($0.name) (n = \($0.count))" }
        let header = ["measure", "embedder"] + columns
        let rows = names.map { name -> [String] in
            let found = systems.map { system in system.measures.first { $0.name == name } }
            let embedder = found.lazy.compactMap { $0?.embedder }.first ?? ""
            return [name, embedder] + found.map { $0.map(Self.cell) ?? "" }
        }
        let rule = header.map { _ in "---" }
        let lines = ([header, rule] + rows).map { row in "| " + row.map(Self.escaped).joined(separator: " | ") + " |" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func cell(_ measure: Measure) -> String {
        let value = Number.text(measure.value, digits: 4)
        guard let interval = measure.interval else { return value }
        return
            "\(value) [\(Number.text(interval.lowerBound, digits: 4)), \(Number.text(interval.upperBound, digits: 4))]"
    }

    private static func csvField(_ text: String) -> String {
        // What begins a formula would be run by a spreadsheet; numbers are ours.
        let safe = "=+@\t\r".contains(text.first ?? " ") ? "'" + text : text
        guard safe.contains(where: { ",\"\r\n".contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func escaped(_ text: String) -> String {
        text.map { $0 == "|" ? "\\|" : $0.isNewline ? " " : String($0) }.joined()
    }
}
