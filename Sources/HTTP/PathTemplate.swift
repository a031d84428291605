/// The paths of a route, such as `/v1/models/{id}`.
struct PathTemplate: Sendable {
    /// How it was written.
    let text: String
    private let segments: [Segment]
    /// Whether the last segment stands for several.
    private let isOpenEnded: Bool

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
        let segments = parts.enumerated().map { index, part -> Segment in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            guard name.hasSuffix("...") else { return .parameter(String(name)) }
            precondition(index == parts.count - 1, "only the end of a template stands for several segments")
            return .rest(String(name.dropLast(3)))
        }
        self.segments = segments
        isOpenEnded = segments.last?.breadth == 2
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

    /// Whether a path is one of these.
    func matches(_ path: [String]) -> Bool {
        // Every template is asked about every request: most have another number of segments.
        guard path.count == segments.count || (isOpenEnded && path.count > segments.count) else { return false }
        for (segment, part) in zip(segments, path) {
            switch segment {
            case .literal(let text): guard part == text else { return false }
            case .parameter, .rest: guard !part.isEmpty else { return false }
            }
        }
        return !path.dropFirst(segments.count).contains("")
    }

    /// What stands at the parameters of a path that matches.
    func parameters(of path: [String]) -> [String: String] {
        var parameters: [String: String] = [:]
        for (index, segment) in segments.enumerated() {
            switch segment {
            case .literal: break
            case .parameter(let name): parameters[name] = path[index]
            case .rest(let name): parameters[name] = path[index...].joined(separator: "/")
            }
        }
        return parameters
    }

    /// Whether the first of two templates that match the same path has the first narrower segment.
    static func isMoreSpecific(_ a: PathTemplate, _ b: PathTemplate) -> Bool {
        a.segments.map(\.breadth).lexicographicallyPrecedes(b.segments.map(\.breadth))
    }
}
