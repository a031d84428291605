/// The text of EXIF's tag UserComment, where AUTOMATIC1111 keeps the parameters of a JPEG (CIPA DC-008, section 4.6.6).
package struct EXIFComment: Sendable, Equatable {
    /// The text, of any characters.
    package let text: String

    private static let maximumSegmentCount = 65_535 - 2  // a segment's length counts itself
    /// `Exif`, a TIFF header, two directories of one entry, and the name of the encoding.
    private static let overheadCount = 6 + 8 + 2 * (2 + 12 + 4) + 8
    /// The most UTF-16 units that one segment holds.
    package static let maximumLength = (maximumSegmentCount - overheadCount) / 2

    private static let unicode: [UInt8] = Array("UNICODE\0".utf8)
    private static let ascii: [UInt8] = Array("ASCII\0\0\0".utf8)

    /// A text to be written; nil where it is too long for the one segment that EXIF has.
    package init?(_ text: String) {
        guard text.utf16.count <= Self.maximumLength else { return nil }
        self.text = text
    }

    /// The comment of a JPEG; nil where it has none, or none that is text.
    package init?(in jpeg: [UInt8]) throws(ImageError) {
        let segments = try JPEGSegments(jpeg, maximumSide: .max)  // no pixel is decoded
        guard let exif = segments.exif, let text = Self.text(TIFF(Array(jpeg[exif]))) else { return nil }
        self.text = text
    }

    /// The payload of the segment, laid out as `piexif.dump` lays it out (with the end of the second directory, which
    /// that leaves out) and encoded as `piexif.helper.UserComment.dump(…, "unicode")`: big-endian UTF-16.
    var exif: [UInt8] {
        let comment = Self.unicode + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8($0 & 0xFF)] }
        let length = [UInt8(comment.count >> 16), UInt8(comment.count >> 8 & 0xFF), UInt8(comment.count & 0xFF)]
        return JPEGSegments.exifIdentifier
            + [0x4D, 0x4D, 0, 42, 0, 0, 0, 8]
            + [0, 1, 0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 26] + [0, 0, 0, 0]
            + [0, 1, 0x92, 0x86, 0, 7, 0] + length + [0, 0, 0, 44] + [0, 0, 0, 0]
            + comment
    }

    /// The comment by way of the EXIF directory; at most two directories are read, so that none can lead in a circle.
    private static func text(_ tiff: TIFF?) -> String? {
        guard let tiff, let directory = tiff.entry(0x8769, inDirectoryAt: tiff.firstDirectory)?.value,
            let entry = tiff.entry(0x9286, inDirectoryAt: directory), let comment = tiff.bytes(of: entry)
        else { return nil }
        let (encoding, data) = (comment.prefix(8), comment.dropFirst(8))
        if encoding.elementsEqual(unicode) { return utf16(data) }
        let isASCII = encoding.elementsEqual(ascii) || (encoding.count == 8 && encoding.allSatisfy { $0 == 0 })
        guard isASCII, let text = String(validating: data, as: UTF8.self) else { return nil }
        return text.trimmingZeros
    }

    /// UTF-16 in the order that its mark states, else big-endian as piexif reads it.
    private static func utf16(_ data: ArraySlice<UInt8>) -> String? {
        let isLittle = data.starts(with: [0xFF, 0xFE])
        let marked = isLittle || data.starts(with: [0xFE, 0xFF])
        let bytes = Array(marked ? data.dropFirst(2) : data)
        guard bytes.count.isMultiple(of: 2) else { return nil }
        let units = stride(from: 0, to: bytes.count, by: 2).map { index in
            let (high, low) = isLittle ? (bytes[index + 1], bytes[index]) : (bytes[index], bytes[index + 1])
            return UInt16(high) << 8 | UInt16(low)
        }
        return String(validating: units, as: UTF16.self)?.trimmingZeros
    }
}

extension String {
    /// Without the zeros that pad a field.
    fileprivate var trimmingZeros: String {
        var scalars = unicodeScalars
        while scalars.last?.value == 0 { scalars.removeLast() }
        return String(scalars)
    }
}
