import JSON

/// What programs read.
enum StandardOutput {
    static func print(_ value: JSONValue) {
        Swift.print(String(decoding: value.encoded(pretty: true), as: UTF8.self))
    }
}
