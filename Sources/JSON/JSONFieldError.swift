/// A value that is JSON but not what its place asks for; `pointer` (RFC 6901) says which.
package enum JSONFieldError: Error, Equatable {
    case missing(pointer: String)
    case wrongType(pointer: String, expected: String, actual: String)
    case outOfRange(pointer: String, expected: String, actual: String)
    case tooLong(pointer: String, maximum: Int, actual: Int)
    case notOneOf(pointer: String, choices: [String], actual: String)
    case unknown(pointer: String, nearest: String?)
}

extension JSONFieldError: CustomStringConvertible {
    /// The place of the value.
    package var pointer: String {
        switch self {
        case .missing(let pointer), .wrongType(let pointer, _, _), .outOfRange(let pointer, _, _),
            .tooLong(let pointer, _, _), .notOneOf(let pointer, _, _), .unknown(let pointer, _):
            pointer
        }
    }

    /// What is wrong, without the place.
    package var message: String {
        switch self {
        case .missing: "is required"
        case .wrongType(_, let expected, let actual): "must be \(expected), not \(actual)"
        case .outOfRange(_, let expected, let actual): "must be \(expected), not \(actual)"
        case .tooLong(_, let maximum, let actual): "has length \(actual); at most \(maximum) is accepted"
        case .notOneOf(_, let choices, let actual):
            "must be one of \(choices.map { "'\($0)'" }.joined(separator: ", ")), not '\(actual)'"
        case .unknown(_, let nearest): "is not a known field" + (nearest.map { " (did you mean '\($0)'?)" } ?? "")
        }
    }

    package var description: String { (pointer.isEmpty ? "the document" : pointer) + " " + message }
}
