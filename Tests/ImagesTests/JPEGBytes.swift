import Testing

/// A JPEG put together segment by segment, right or wrong as a test asks.
struct JPEGBytes: CustomTestStringConvertible {
    var testDescription: String { "\(bytes.count) bytes: \(bytes.prefix(64))" }

    private(set) var bytes: [UInt8] = [0xFF, 0xD8]

    /// A file of the given segments and, where there are coded data, of these after the last.
    init(_ segments: (marker: UInt8, payload: [UInt8])..., data: [UInt8] = []) {
        for (marker, payload) in segments { append(marker, payload) }
        bytes += data
    }

    mutating func append(_ marker: UInt8, _ payload: [UInt8], data: [UInt8] = []) {
        bytes += [0xFF, marker] + Self.bigEndian(payload.count + 2) + payload + data
    }

    mutating func end() { bytes += [0xFF, 0xD9] }

    /// A frame's header, of components 1, 2, … that share one quantisation table.
    static func frame(
        width: Int = 8, height: Int = 8, components: UInt8 = 3, precision: UInt8 = 8, sampling: UInt8 = 0x11
    ) -> [UInt8] {
        [precision] + bigEndian(height) + bigEndian(width) + [components]
            + (0..<components).flatMap { [$0 + 1, sampling, 0] }
    }

    /// All steps 1.
    static let quantisation: (UInt8, [UInt8]) = (0xDB, [0] + [UInt8](repeating: 1, count: 64))

    /// One component in all of its frequencies.
    static func scan(_ component: UInt8, _ band: ClosedRange<UInt8> = 0...63) -> [UInt8] {
        [1, component, 0, band.lowerBound, band.upperBound, 0]
    }

    /// Huffman tables of one code of two bits each: no difference for means, no more coefficients for the others.
    static let tables: (UInt8, [UInt8]) = (0xC4, table(0x00) + table(0x10))
    private static func table(_ kind: UInt8) -> [UInt8] { [kind, 0, 1] + [UInt8](repeating: 0, count: 14) + [0] }

    /// A block of both codes, three of the first, and one of the second, filled up with ones.
    static let greyBlock: [UInt8] = [0b0000_1111]
    static let greyMeans: [UInt8] = [0b0000_0011]
    static let greyBand: [UInt8] = [0b0011_1111]

    /// 8 x 8 grey pixels, each component in scans of its own, which are there as often as asked.
    static func sequential(repeats: Int = 1) -> JPEGBytes {
        var file = JPEGBytes(quantisation, tables, (0xC0, frame()))
        for _ in 0..<repeats {
            for component: UInt8 in 1...3 { file.append(0xDA, scan(component), data: greyBlock) }
        }
        file.end()
        return file
    }

    /// 8 x 8 grey pixels, a scan for each frequency up to one of each component.
    static func progressive(frequencies: UInt8, width: Int = 8, height: Int = 8) -> JPEGBytes {
        var file = JPEGBytes(quantisation, tables, (0xC2, frame(width: width, height: height)))
        file.append(0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 0, 0], data: greyMeans)
        for frequency in 1...frequencies {
            for component: UInt8 in 1...3 { file.append(0xDA, scan(component, frequency...frequency), data: greyBand) }
        }
        file.end()
        return file
    }

    static func bigEndian(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
}
