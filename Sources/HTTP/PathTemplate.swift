/// The paths of a route, such as `/v1/models/{id}`.
struct PathTemplate: Sendable {
    /// How it was written.
    let text: String
    private let segments: [Segment]

    private enum Segment: Sendable {
        case literal(String)
        case parameter(String)
        /// One segment or more, at the end.
        case rest(String)

        /// The smaller, the fewer texts it stands for.
        var breadth: Int {
            switch self {
            case .literal: 0
            case .parameter: 1
            case .rest: 2
            }
        }
    }

    init(_ text: String) {
        precondition(text.hasPrefix("/"), "a template begins with a slash")
        self.text = text
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        segments = parts.enumerated().map { index, part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            guard name.hasSuffix("...") else { return .parameter(String(name)) }
            precondition(index == parts.count - 1, "only the end of a template stands for several segments")
            return .rest(String(name.dropLast(3)))
        }
    }

    /// The decoded segments of a path; nil if an escape is broken.
    static func segments(of path: String) -> [String]? {
        guard path.hasPrefix("/") else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decode(part) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    /// What stands at the parameters; nil if the path is another one.
    func match(_ path: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        var path = path[...]
        for segment in segments {
            guard let part = path.popFirst() else { return nil }
            switch segment {
            case .literal(let text): guard part == text else { return nil }
            case .parameter(let name):
                guard !part.isEmpty else { return nil }
                parameters[name] = part
            case .rest(let name):
                let parts = [part] + path
                guard !parts.contains("") else { return nil }
                parameters[name] = parts.joined(separator: "/")
                path = []
            }
        }
        return path.isEmpty ? parameters : nil
    }

    /// Whether the first of two templates that match the same path has the first narrower segment.
    static func isMoreSpecific(_ a: PathTemplate, _ b: PathTemplate) -> Bool {
        a.segments.map(\.breadth).lexicographicallyPrecedes(b.segments.map(\.breadth))
    }
}
