/// A text that Prometheus reads: its exposition format, version 0.0.4
/// (prometheus/docs, content/docs/instrumenting/exposition_formats.md).
package struct Exposition: Sendable {
    /// What a family's numbers are.
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// The media type of the text.
    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// The families so far.
    package private(set) var text = ""

    /// Nothing yet.
    package init() {}

    /// Begins a family; its samples follow.
    package mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a sample of the family.
    package mutating func add(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
        let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quoted: true))\"" }.joined(separator: ",")
        text += "\(name)\(pairs.isEmpty ? "" : "{\(pairs)}") \(Self.number(value))\n"
    }

    /// Adds a family of one number.
    package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind, help)
        add(name, [], value)
    }

    /// Adds a family of numbers that are what they are now, one for each value of a label.
    package mutating func add(_ name: String, _ help: String, _ label: String, _ values: [(String, Double)]) {
        begin(name, .gauge, help)
        for (value, number) in values { add(name, [(label, value)], number) }
    }

    /// A number as Go's `ParseFloat` reads it.
    package static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        let isWhole = value == value.rounded() && abs(value) < 1e15
        return isWhole ? "\(Int64(value))" : "\(value)"
    }

    private static func escaped(_ text: String, quoted: Bool = false) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quoted: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
