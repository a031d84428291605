import CPNG

/// The chunks of a PNG that its pixels need, found by a walk that checks every length, checksum and place.
///
/// Nothing is inflated and nothing is allocated for what a header claims; ancillary chunks (profiles, gamma) are checked
/// and left out, so libpng never sees them, and of texts only the place is kept. Layout and order: PNG specification,
/// third edition, sections 5 and 11.
package struct PNGChunks {
    /// The size that the header states, within the maximum.
    package private(set) var width = 0, height = 0
    /// The signature and the chunks IHDR, PLTE, IDAT and IEND, as they were; and tRNS where alpha is asked for.
    package private(set) var essence: [UInt8] = []
    /// The kind of each of the first chunks of text, and where its data lies.
    package private(set) var texts: [(name: String, data: Range<Int>)] = []

    /// Where the chunk IHDR ends in any PNG.
    package static let headerEnd = 8 + 12 + 13

    private let bytes: [UInt8]
    private let maximumSide: Int
    private var colour = Colour.grey
    private var hasPalette = false
    private var hasData = false
    private var isPastData = false

    /// Length, name and checksum.
    private static let frameCount = 12

    private enum Colour: UInt8 {
        case grey = 0
        case rgb = 2
        case palette = 3
        case greyAlpha = 4
        case rgba = 6

        var depths: [UInt8] {
            switch self {
            case .grey: [1, 2, 4, 8, 16]
            case .palette: [1, 2, 4, 8]
            case .rgb, .greyAlpha, .rgba: [8, 16]
            }
        }
    }

    /// Walks a file up to its IEND; whatever follows is not looked at.
    package init(_ bytes: [UInt8], withAlpha: Bool = false, maximumSide: Int) throws(ImageError) {
        try ImageFormat.check(bytes, is: .png)
        self.bytes = bytes
        self.maximumSide = maximumSide
        let essential = ["IHDR", "PLTE", "IDAT", "IEND"] + (withAlpha ? ["tRNS"] : [])
        var offset = ImageFormat.png.signature.count
        essence.append(contentsOf: ImageFormat.png.signature)
        var name = ""
        while name != "IEND" {
            guard offset + Self.frameCount <= bytes.count else { throw .truncated }
            let length = integer(at: offset)
            name = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
            try check(name, at: offset, length: length)
            let end = offset + Self.frameCount + length
            if essential.contains(name) { essence.append(contentsOf: bytes[offset..<end]) }
            if texts.count < PNGText.maximumCount, ["tEXt", "zTXt", "iTXt"].contains(name) {
                texts.append((name, offset + 8..<end - 4))
            }
            offset = end
        }
    }

    private mutating func check(_ name: String, at offset: Int, length: Int) throws(ImageError) {
        let isNamed = bytes[offset + 4..<offset + 8].allSatisfy {
            (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
        guard isNamed else { throw .badChunk(name: "????", offset: offset, .name) }
        guard length <= Int(Int32.max) else { throw .badChunk(name: name, offset: offset, .length(length)) }
        if width == 0 {
            guard name == "IHDR" else { throw .badChunk(name: name, offset: offset, .place) }
            guard length == 13 else { throw .badChunk(name: name, offset: offset, .length(length)) }
        }
        guard offset + Self.frameCount + length <= bytes.count else { throw .truncated }
        guard checksum(from: offset + 4, count: length + 4) == integer(at: offset + 8 + length) else {
            throw .badChunk(name: name, offset: offset, .checksum)
        }
        try checkPlace(name, at: offset, length: length)
    }

    private mutating func checkPlace(_ name: String, at offset: Int, length: Int) throws(ImageError) {
        switch name {
        case "IHDR":
            guard width == 0 else { throw .badChunk(name: name, offset: offset, .place) }
            try readHeader(at: offset + 8)
        case "PLTE":
            guard !hasPalette, !hasData, colour != .grey, colour != .greyAlpha else {
                throw .badChunk(name: name, offset: offset, .place)
            }
            guard length > 0, length <= 768, length.isMultiple(of: 3) else {
                throw .badChunk(name: name, offset: offset, .length(length))
            }
            hasPalette = true
        case "IDAT":
            guard !isPastData else { throw .badChunk(name: name, offset: offset, .place) }
            guard hasPalette || colour != .palette else { throw .missingChunk("PLTE") }
            hasData = true
        case "IEND":
            guard hasData else { throw .missingChunk("IDAT") }
            guard length == 0 else { throw .badChunk(name: name, offset: offset, .length(length)) }
        default:
            let isCritical = bytes[offset + 4] & 0x20 == 0
            if isCritical { throw .badChunk(name: name, offset: offset, .unknown) }
        }
        if hasData && name != "IDAT" { isPastData = true }
    }

    private mutating func readHeader(at offset: Int) throws(ImageError) {
        let (width, height) = (integer(at: offset), integer(at: offset + 4))
        guard width > 0, height > 0, let colour = Colour(rawValue: bytes[offset + 9]),
            colour.depths.contains(bytes[offset + 8]),
            bytes[offset + 10] == 0, bytes[offset + 11] == 0, bytes[offset + 12] <= 1
        else { throw .badHeader }
        guard width <= maximumSide, height <= maximumSide else {
            throw .tooLarge(width: width, height: height, maximum: maximumSide)
        }
        (self.width, self.height, self.colour) = (width, height, colour)
    }

    private func integer(at offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private func checksum(from start: Int, count: Int) -> Int {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return Int(crc32_z(0, base + start, count))
        }
    }
}
