/// What is said of one command, as a line of JSON.
struct Answer {
    private let fields: [(name: String, value: String)]

    /// Times of named parts.
    init(_ times: KeyValuePairs<String, Duration>) {
        fields = times.map { ($0, "\($1 / .seconds(1))") }
    }

    /// What went wrong.
    init(failure: String) {
        let escaped = failure.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        fields = [("error", "\"\(escaped)\"")]
    }

    var json: String { "{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}" }
}
