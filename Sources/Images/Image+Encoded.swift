extension Image {
    /// The most pixels a side that are read: no model here sees more.
    package static let maximumSide = 4096

    /// Decodes a PNG or a JPEG, whichever the first bytes say.
    package init(encoded bytes: [UInt8], maximumSide: Int = Self.maximumSide) throws(ImageError) {
        switch try ImageFormat(of: bytes) {
        case .png: try self.init(png: bytes, maximumSide: maximumSide)
        case .jpeg: try self.init(jpeg: bytes, maximumSide: maximumSide)
        }
    }

    /// The width times the height that a file's header states; 0 for what is no image, which decoding will say.
    package static func statedPixelCount(of bytes: [UInt8]) -> Int {
        let (width, height): (Int, Int)
        do throws(ImageError) {
            switch try ImageFormat(of: bytes) {
            case .png: (width, height) = statedSize(ofPNG: bytes)
            case .jpeg:
                let segments = try JPEGSegments(bytes, maximumSide: .max)
                (width, height) = (segments.width, segments.height)
            }
        } catch {
            return 0
        }
        let (count, isTooLarge) = width.multipliedReportingOverflow(by: height)
        return isTooLarge ? .max : count
    }

    private static func statedSize(ofPNG bytes: [UInt8]) -> (Int, Int) {
        guard bytes.count >= 24 else { return (0, 0) }
        func integer(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 << 8 | Int($1) } }
        return (integer(16..<20), integer(20..<24))
    }
}
