/// Bytes that are not a PNG this module reads.
package enum ImageError: Error, Equatable {
    case notPNG
    case unsupportedFormat(String)
    case truncated
    case tooLarge(width: Int, height: Int, maximum: Int)
    case badHeader
    case badChunk(name: String, offset: Int, Flaw)
    case missingChunk(String)
    case corrupt(reason: String)

    /// What can be wrong with one chunk.
    package enum Flaw: Sendable, Equatable {
        case name
        case length(Int)
        case checksum
        case place
        case unknown
    }
}

extension ImageError: CustomStringConvertible {
    /// The error in words, as a clause about the file.
    package var message: String {
        switch self {
        case .notPNG: "it does not begin as a PNG does"
        case .unsupportedFormat(let name): "it is \(name)"
        case .truncated: "it ends too early"
        case .tooLarge(let width, let height, let maximum):
            "it is \(width) x \(height) pixels; at most \(maximum) a side are accepted"
        case .badHeader: "its header names no size or no kind of pixel that PNG has"
        case .badChunk(let name, let offset, let flaw): "its chunk \(name) at byte \(offset) \(flaw.message)"
        case .missingChunk(let name): "it has no chunk \(name)"
        case .corrupt(let reason): "its pixels cannot be decoded (\(reason))"
        }
    }

    package var description: String { message }
}

extension ImageError.Flaw {
    fileprivate var message: String {
        switch self {
        case .name: "has a name that is not four letters"
        case .length(let length): "has the wrong length \(length)"
        case .checksum: "has a wrong checksum"
        case .place: "is out of place"
        case .unknown: "is critical and unknown"
        }
    }
}
