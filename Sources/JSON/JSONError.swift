/// Bytes that are not JSON, or more of it than the reader accepts.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Reason: Sendable, Equatable {
        case empty
        case byteOrderMark
        case tooDeep(maximum: Int)
        case tooManyValues(maximum: Int)
        case duplicateName
        case nulInName
        case numberOverflow
        case invalidUTF8
        case truncated
        case trailingBytes
        case syntax(String)
    }

    /// What is wrong.
    package let reason: Reason
    /// The line, counted from 1.
    package let line: Int
    /// The column in characters, counted from 1; where the parser stopped reading.
    package let column: Int
    /// The offset in bytes, counted from 0.
    package let position: Int

    /// The reason and the place as one sentence fragment.
    package var description: String { "\(reason.message) at line \(line), column \(column)" }
}

extension JSONError.Reason {
    /// The reason in words.
    package var message: String {
        switch self {
        case .empty: "there is no JSON value"
        case .byteOrderMark: "a byte order mark is not JSON"
        case .tooDeep(let maximum): "arrays and objects are nested deeper than \(maximum)"
        case .tooManyValues(let maximum): "there are more than \(maximum) values and names"
        case .duplicateName: "an object has the same name twice"
        case .nulInName: "a name contains U+0000"
        case .numberOverflow: "a number is too large"
        case .invalidUTF8: "the text is not UTF-8"
        case .truncated: "the JSON ends too early"
        case .trailingBytes: "there is something after the JSON value"
        case .syntax(let text): text
        }
    }
}
