package import HTTP

/// How long a client wants to wait for a job (RFC 7240).
package enum Preference: Sendable, Equatable {
    /// Until it has ended.
    case untilTheEnd
    /// For some seconds; then the job is answered, which goes on.
    case seconds(Int)

    private static let longest = 600

    /// Reads `Prefer: respond-async` and `Prefer: wait=10`; a preference that is none is ignored, as the RFC wants it.
    package init(_ request: Request) {
        let values = request.headers.filter { $0.name.lowercased() == "prefer" }.map(\.value)
        let preferences = values.flatMap { $0.split(separator: ",") }.map { text in
            text.split(separator: ";")[0].lowercased().filter { $0 != " " && $0 != "\t" }
        }
        let waits = preferences.compactMap { $0.hasPrefix("wait=") ? Int($0.dropFirst(5)) : nil }
        let wait = waits.first.flatMap { $0 >= 0 ? min($0, Self.longest) : nil }
        guard preferences.contains("respond-async") || wait != nil else {
            self = .untilTheEnd
            return
        }
        self = .seconds(wait ?? 0)
    }
}
