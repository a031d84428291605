/// A PNG put together piece by piece, right or wrong as a test asks.
struct PNGBytes {
    private(set) var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// One red and one translucent green pixel: zlib's stored block of a filter byte and two RGBA pixels.
    static let pixels: [UInt8] = [
        0x78, 0x01, 0x01, 9, 0, 0xF6, 0xFF, 0, 255, 1, 2, 255, 3, 254, 4, 0, 0x10, 0x1D, 0x03, 0x07,
    ]

    static func header(
        width: UInt32 = 2, height: UInt32 = 1, depth: UInt8 = 8, colour: UInt8 = 6, interlace: UInt8 = 0
    ) -> [UInt8] {
        bigEndian(width) + bigEndian(height) + [depth, colour, 0, 0, interlace]
    }

    /// A file of the given chunks; `IEND` is not added.
    init(_ chunks: (String, [UInt8])...) {
        for (name, data) in chunks {
            let body = Array(name.utf8) + data
            bytes += Self.bigEndian(UInt32(data.count)) + body + Self.bigEndian(Self.checksum(body))
        }
    }

    static func bigEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    /// CRC-32 bit by bit, as the PNG specification's annex D defines it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
        }
    }
}
