/// Bytes that are no PNG or JPEG that this module reads.
package enum ImageError: Error, Equatable {
    case unknownFormat
    case unsupportedFormat(String)
    case truncated
    case tooLarge(width: Int, height: Int, maximum: Int)
    case badHeader
    case badChunk(name: String, offset: Int, Flaw)
    case missingChunk(String)
    case badSegment(marker: UInt8, offset: Int, Flaw)
    case tooManyScans(maximum: Int)
    case corrupt(reason: String)

    /// What can be wrong with one chunk of a PNG, or one segment of a JPEG.
    package enum Flaw: Sendable, Equatable {
        case name
        case length(Int)
        case checksum
        case place
        case unknown
        case text(maximum: Int)
    }
}

extension ImageError: CustomStringConvertible {
    /// The error in words, as a clause about the file.
    package var message: String {
        switch self {
        case .unknownFormat: "it begins as neither a PNG nor a JPEG does"
        case .unsupportedFormat(let name): "it is \(name)"
        case .truncated: "it ends too early"
        case .tooLarge(let width, let height, let maximum):
            "it is \(width) x \(height) pixels; at most \(maximum) a side are accepted"
        case .badHeader: "its header names no size or no kind of pixel that its format has"
        case .badChunk(let name, let offset, let flaw): "its chunk \(name) at byte \(offset) \(flaw.message)"
        case .missingChunk(let name): "it has no chunk \(name)"
        case .badSegment(let marker, let offset, let flaw):
            "its segment FF\(marker < 16 ? "0" : "")\(String(marker, radix: 16, uppercase: true)) at byte \(offset) "
                + flaw.message
        case .tooManyScans(let maximum): "it has more than \(maximum) scans"
        case .corrupt(let reason): "its pixels cannot be decoded (\(reason))"
        }
    }

    package var description: String { message }
}

extension ImageError.Flaw {
    fileprivate var message: String {
        switch self {
        case .name: "has a name that its format does not allow"
        case .length(let length): "has the wrong length \(length)"
        case .checksum: "has a wrong checksum"
        case .place: "is out of place"
        case .unknown: "is critical and unknown"
        case .text(let maximum): "brings the texts to more than \(maximum) bytes"
        }
    }
}
