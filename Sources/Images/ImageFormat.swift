/// The formats that are read and written.
package enum ImageFormat: String, Sendable, CaseIterable {
    case png = "PNG"
    case jpeg = "JPEG"

    /// The format of a file, by its first bytes.
    package init(of bytes: [UInt8]) throws(ImageError) {
        if let format = Self.allCases.first(where: { bytes.starts(with: $0.signature) }) {
            self = format
            return
        }
        for (start, name) in Self.otherFormats where bytes.starts(with: start) { throw .unsupportedFormat(name) }
        let isCut = !bytes.isEmpty && Self.allCases.contains { $0.signature.starts(with: bytes) }
        throw isCut ? .truncated : .unknownFormat
    }

    /// Refuses a file of any other format, by its name.
    static func check(_ bytes: [UInt8], is expected: ImageFormat) throws(ImageError) {
        let format = try ImageFormat(of: bytes)
        guard format == expected else { throw .unsupportedFormat(format.rawValue) }
    }

    /// How a file begins.
    var signature: [UInt8] {
        switch self {
        case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        case .jpeg: [0xFF, 0xD8, 0xFF]
        }
    }

    /// How other formats begin, so that an error can name them.
    private static let otherFormats: [([UInt8], String)] = [
        (Array("GIF8".utf8), "GIF"), (Array("RIFF".utf8), "WebP"), (Array("BM".utf8), "BMP"),
        ([0x49, 0x49, 0x2A, 0], "TIFF"), ([0x4D, 0x4D, 0, 0x2A], "TIFF"),
    ]
}
