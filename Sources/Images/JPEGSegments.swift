/// What the segments ahead of a JPEG's pixels say, found by a walk that checks every length and place.
///
/// Nothing is decoded and nothing is allocated for what a header claims. Layout: ITU-T T.81, annex B.
struct JPEGSegments {
    /// The size that the frame's header states, within the maximum.
    private(set) var width = 0, height = 0
    /// Where the TIFF structure of the first EXIF segment lies (CIPA DC-008, section 4.7.2), if there is one.
    private(set) var exif: Range<Int>?

    private let bytes: [UInt8]
    private let maximumSide: Int
    private var firstScan = 0

    /// How the payload of an EXIF segment begins.
    static let exifIdentifier: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
    /// The most scans of a file, each of which may go over all pixels for a few bytes; encoders make about ten.
    static let maximumScanCount = 100

    /// Table B.1, as far as it matters here.
    private enum Marker {
        static let startOfScan: UInt8 = 0xDA
        static let endOfImage: UInt8 = 0xD9
        static let application1: UInt8 = 0xE1
        /// Frames that are read: baseline, extended sequential and progressive, with Huffman codes.
        static let frames: ClosedRange<UInt8> = 0xC0...0xC2
        /// A byte of coded data that looks like a marker, and the markers that have no segment.
        static func isBare(_ marker: UInt8) -> Bool { marker <= 0x01 || (0xD0...0xD7).contains(marker) }
        /// Huffman, arithmetic-conditioning and quantisation tables, lines, restart interval, applications, comments.
        static func isPassedOver(_ marker: UInt8) -> Bool {
            [0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xFE].contains(marker) || (0xE0...0xEF).contains(marker)
        }
        /// What a frame is called that is not read.
        static func unsupportedFrame(_ marker: UInt8) -> String? {
            switch marker {
            case 0xC3: "lossless JPEG"
            case 0xC5...0xC7, 0xDE: "hierarchical JPEG"
            case 0xC9...0xCB, 0xCD...0xCF: "JPEG with arithmetic coding"
            default: nil
            }
        }
    }

    /// Walks a file up to its first scan.
    init(_ bytes: [UInt8], maximumSide: Int) throws(ImageError) {
        try ImageFormat.check(bytes, is: .jpeg)
        (self.bytes, self.maximumSide) = (bytes, maximumSide)
        var offset = 2
        var marker: UInt8 = 0
        while marker != Marker.startOfScan {
            let start = offset
            marker = try self.marker(at: &offset)
            guard offset > start + 1, marker > 0 else { throw .badSegment(marker: marker, offset: start, .name) }
            let payload = try payload(of: marker, at: offset)
            try read(marker, payload)
            offset = payload.upperBound
        }
        firstScan = offset
    }

    /// Walks on over the scans to the end of the image; whatever follows that is not looked at.
    func checkScans() throws(ImageError) {
        var (offset, count) = (firstScan, 1)
        while true {
            guard let next = bytes[offset...].firstIndex(of: 0xFF) else { throw .truncated }
            offset = next
            let marker = try marker(at: &offset)
            if Marker.isBare(marker) { continue }
            if marker == Marker.endOfImage { return }
            if marker == Marker.startOfScan { count += 1 }
            guard count <= Self.maximumScanCount else { throw .tooManyScans(maximum: Self.maximumScanCount) }
            offset = try payload(of: marker, at: offset).upperBound
        }
    }

    /// The byte after any number of FF, and the offset after it.
    private func marker(at offset: inout Int) throws(ImageError) -> UInt8 {
        while offset < bytes.count, bytes[offset] == 0xFF { offset += 1 }
        guard offset < bytes.count else { throw .truncated }
        offset += 1
        return bytes[offset - 1]
    }

    /// Where the data of a segment lies whose length stands at an offset.
    private func payload(of marker: UInt8, at offset: Int) throws(ImageError) -> Range<Int> {
        if let name = Marker.unsupportedFrame(marker) { throw .unsupportedFormat(name) }
        let isKnown = Marker.isPassedOver(marker) || Marker.frames.contains(marker) || marker == Marker.startOfScan
        guard isKnown else { throw .badSegment(marker: marker, offset: offset - 2, .unknown) }
        guard offset + 2 <= bytes.count else { throw .truncated }
        let length = integer(at: offset)
        guard length >= 2 else { throw .badSegment(marker: marker, offset: offset - 2, .length(length)) }
        guard offset + length <= bytes.count else { throw .truncated }
        return offset + 2..<offset + length
    }

    private mutating func read(_ marker: UInt8, _ payload: Range<Int>) throws(ImageError) {
        switch marker {
        case Marker.startOfScan:
            guard width > 0 else { throw .badSegment(marker: marker, offset: payload.lowerBound - 4, .place) }
        case Marker.frames:
            guard width == 0 else { throw .badSegment(marker: marker, offset: payload.lowerBound - 4, .place) }
            try readFrame(marker, payload)
        case Marker.application1:
            let isEXIF = bytes[payload].starts(with: Self.exifIdentifier)
            if exif == nil, isEXIF { exif = payload.dropFirst(Self.exifIdentifier.count) }
        default: break
        }
    }

    /// Section B.2.2: precision, lines, samples a line, components.
    private mutating func readFrame(_ marker: UInt8, _ payload: Range<Int>) throws(ImageError) {
        let start = payload.lowerBound
        guard payload.count >= 6, payload.count == 6 + 3 * Int(bytes[start + 5]) else {
            throw .badSegment(marker: marker, offset: start - 4, .length(payload.count + 2))
        }
        let (height, width) = (integer(at: start + 1), integer(at: start + 3))
        if bytes[start] == 12 { throw .unsupportedFormat("JPEG of 12 bits") }
        if bytes[start + 5] == 4 { throw .unsupportedFormat("JPEG in CMYK") }
        // No lines at all would mean that they are counted after the first scan (section B.2.5), as no encoder does.
        guard bytes[start] == 8, [1, 3].contains(bytes[start + 5]), width > 0, height > 0 else { throw .badHeader }
        guard width <= maximumSide, height <= maximumSide else {
            throw .tooLarge(width: width, height: height, maximum: maximumSide)
        }
        (self.width, self.height) = (width, height)
    }

    private func integer(at offset: Int) -> Int { Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) }
}
