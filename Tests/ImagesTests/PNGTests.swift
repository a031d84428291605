import Images
import Testing

@Suite struct PNGTests {
    @Test("decodes as Pillow does", arguments: Golden.cases("decode"))
    func decodes(golden: Golden.Case) throws {
        #expect(try Golden.image(golden.source) == Golden.image(golden.made))
    }

    @Test func goldenFilesAreThere() { #expect(Golden.cases("decode").count == 39) }

    @Test func dropsAlphaOfPixelsWrittenByHand() throws {
        let file = PNGBytes(("IHDR", PNGBytes.header()), ("IDAT", PNGBytes.pixels), ("IEND", []))
        #expect(try Image(png: file.bytes) == Image(width: 2, height: 1, pixels: [255, 1, 2, 3, 254, 4]))
        #expect(try Image(png: file.bytes + [1, 2, 3]).width == 2, "what follows IEND is ignored")
    }

    @Test(
        "writes what it reads back", arguments: [(1, 1), (3, 7), (64, 64), (257, 31), (4096, 1), (1, 4096), (300, 200)])
    func roundTrips(width: Int, height: Int) throws {
        let pixels = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 2_654_435_761 >> 7) }
        let image = Image(width: width, height: height, pixels: pixels)
        #expect(try Image(png: image.png()) == image)
        #expect(image.png() == image.png())
    }

    @Test func makesPicturesSmaller() {
        // A slope in each channel, as of a sky, and one colour.
        let slope = (0..<256 * 256).flatMap { place -> [UInt8] in
            let level = place % 256 / 2 + place / 256 / 4
            return [UInt8(level), UInt8(level + 1), UInt8(level + 2)]
        }
        #expect(Image(width: 256, height: 256, pixels: slope).png().count < 20_000)
        #expect(Image(width: 256, height: 256, pixels: [UInt8](repeating: 90, count: slope.count)).png().count < 2000)
        // What can't be made smaller grows by little.
        let noise = slope.map { _ in UInt8.random(in: 0...255) }
        #expect(Image(width: 256, height: 256, pixels: noise).png().count < noise.count + 2000)
    }

    @Test func saysThatItsColoursAreSRGB() {
        let file = Image(width: 1, height: 1, pixels: [1, 2, 3]).png()
        #expect(file[37..<41].elementsEqual("sRGB".utf8))
    }

    @Test(
        "refuses what is not a PNG",
        arguments: [
            ([], .unknownFormat), (Array("hello, world".utf8), .unknownFormat), ([0x89, 0x50], .truncated),
            ([0xFF, 0xD8, 0xFF, 0xE0], .unsupportedFormat("JPEG")), (Array("GIF89a".utf8), .unsupportedFormat("GIF")),
            (Array("RIFF    WEBP".utf8), .unsupportedFormat("WebP")),
        ] as [([UInt8], ImageError)])
    func refusesOtherBytes(bytes: [UInt8], error: ImageError) {
        #expect(throws: error) { try Image(png: bytes) }
    }

    @Test(
        "refuses chunks that contradict the format",
        arguments: [
            (PNGBytes(("IDAT", [])), .badChunk(name: "IDAT", offset: 8, .place)),
            (PNGBytes(("IHDR", [1, 2, 3])), .badChunk(name: "IHDR", offset: 8, .length(3))),
            (PNGBytes(("IHDR", PNGBytes.header())), .truncated),
            (PNGBytes(("IHDR", PNGBytes.header()), ("IEND", [])), .missingChunk("IDAT")),
            (
                PNGBytes(("IHDR", PNGBytes.header()), ("IHDR", PNGBytes.header())),
                .badChunk(name: "IHDR", offset: 33, .place)
            ),
            (PNGBytes(("IHDR", PNGBytes.header()), ("ABCD", [])), .badChunk(name: "ABCD", offset: 33, .unknown)),
            (PNGBytes(("IHDR", PNGBytes.header()), ("a*cd", [])), .badChunk(name: "????", offset: 33, .name)),
            (PNGBytes(("IHDR", PNGBytes.header()), ("PLTE", [1, 2])), .badChunk(name: "PLTE", offset: 33, .length(2))),
            (PNGBytes(("IHDR", PNGBytes.header(colour: 3)), ("IDAT", [])), .missingChunk("PLTE")),
            (
                PNGBytes(("IHDR", PNGBytes.header()), ("IDAT", [1]), ("tIME", []), ("IDAT", [2])),
                .badChunk(name: "IDAT", offset: 58, .place)
            ),
            (PNGBytes(("IHDR", PNGBytes.header(width: 0))), .badHeader),
            (PNGBytes(("IHDR", PNGBytes.header(depth: 4))), .badHeader),
            (PNGBytes(("IHDR", PNGBytes.header(colour: 5))), .badHeader),
            (PNGBytes(("IHDR", PNGBytes.header(interlace: 2))), .badHeader),
            (PNGBytes(("IHDR", PNGBytes.header(width: 4097))), .tooLarge(width: 4097, height: 1, maximum: 4096)),
            (
                PNGBytes(("IHDR", PNGBytes.header(height: .max))),
                .tooLarge(width: 2, height: Int(UInt32.max), maximum: 4096)
            ),
        ] as [(PNGBytes, ImageError)])
    func refusesChunks(file: PNGBytes, error: ImageError) {
        #expect(throws: error) { try Image(png: file.bytes) }
    }

    @Test(
        "refuses pixels that do not inflate",
        arguments: [[], [0x78, 0x01], [1, 2, 3, 4], Array(PNGBytes.pixels.prefix(12))])
    func refusesData(data: [UInt8]) {
        let file = PNGBytes(("IHDR", PNGBytes.header()), ("IDAT", data), ("IEND", []))
        let error = #expect(throws: ImageError.self) { try Image(png: file.bytes) }
        guard case .corrupt(let reason)? = error else {
            Issue.record("not corrupt: \(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func refusesEveryPrefixAndEveryChangedByte() throws {
        let golden = try #require(Golden.cases("decode").first { $0.source.contains("palette-4-interlaced") })
        let bytes = try Golden.bytes(golden.source)
        for count in bytes.indices {
            #expect(throws: ImageError.self) { try Image(png: Array(bytes[..<count])) }
        }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x40
            #expect(throws: ImageError.self) { try Image(png: changed) }
        }
    }

    @Test func refusesALargeClaimOverFewBytes() {
        let file = PNGBytes(
            ("IHDR", PNGBytes.header(width: 4096, height: 4096, depth: 16, interlace: 1)), ("IDAT", PNGBytes.pixels),
            ("IEND", []))
        #expect(throws: ImageError.self) { try Image(png: file.bytes) }
    }

    @Test func errorsReadAsClauses() {
        #expect(ImageError.tooLarge(width: 9, height: 5, maximum: 4).message.contains("9 x 5"))
        #expect(ImageError.badChunk(name: "IDAT", offset: 33, .checksum).description.contains("IDAT at byte 33"))
    }
}
