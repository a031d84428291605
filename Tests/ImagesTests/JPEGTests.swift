import Images
import Testing

@Suite struct JPEGTests {
    @Test("decodes as Pillow does, in every bit", arguments: Golden.cases("jpeg", sources: "jpg", made: "expected.png"))
    func decodes(golden: Golden.Case) throws {
        #expect(try Image(jpeg: Golden.bytes(golden.source)) == Golden.image(golden.made))
        #expect(try Image(encoded: Golden.bytes(golden.source)) == Golden.image(golden.made))
    }

    @Test("writes what Pillow writes, in every byte", arguments: Golden.cases("jpeg", made: "0.jpg"))
    func writes(golden: Golden.Case) throws {
        let quality = try #require(golden.quality)
        #expect(try Golden.image(golden.source).jpeg(quality: quality) == Golden.bytes(golden.made))
    }

    @Test func goldenFilesAreThere() {
        #expect(Golden.cases("jpeg", made: "expected.png").count == 20)
        #expect(Golden.cases("jpeg", made: ".jpg").count == 5)
    }

    @Test func decodesScansWrittenByHand() throws {
        let grey = Image(width: 8, height: 8, pixels: [UInt8](repeating: 128, count: 192))
        #expect(try Image(jpeg: JPEGBytes.sequential().bytes) == grey)
        #expect(try Image(jpeg: JPEGBytes.progressive(frequencies: 33).bytes) == grey, "100 scans")
        #expect(try Image(jpeg: JPEGBytes.sequential().bytes + [1, 2, 3]) == grey, "what follows the end is ignored")
    }

    @Test("comes back close to what was written", arguments: [(1, 1), (3, 7), (64, 64), (257, 31)])
    func roundTrips(width: Int, height: Int) throws {
        let pixels = (0..<width * height).flatMap { index -> [UInt8] in
            let (x, y) = (index % width, index / width)
            return [UInt8(x * 255 / width), UInt8(y * 255 / height), 90]
        }
        let image = Image(width: width, height: height, pixels: pixels)
        let read = try Image(jpeg: image.jpeg(quality: 100))
        #expect((read.width, read.height) == (width, height))
        // 4:2:0 mixes the colours of four pixels.
        let slope = 255 / min(width, height) + 4
        let differences = zip(read.pixels, pixels).map { a, b in abs(Int(a) - Int(b)) }
        #expect(differences.allSatisfy { $0 <= slope })
        #expect(image.jpeg(quality: 50) == image.jpeg(quality: 50))
        #expect(image.jpeg(quality: 0).count <= image.jpeg(quality: 100).count)
    }

    @Test(
        "refuses what is not a JPEG that it reads",
        arguments: [
            ([], .unknownFormat), ([0xFF], .truncated), ([0xFF, 0xD8, 0xFF], .truncated),
            (
                Array("\u{89}".unicodeScalars.map { UInt8($0.value) }) + Array("PNG\r\n\u{1A}\n".utf8),
                .unsupportedFormat("PNG")
            ),
            (Array("GIF89a".utf8), .unsupportedFormat("GIF")),
        ] as [([UInt8], ImageError)])
    func refusesOtherBytes(bytes: [UInt8], error: ImageError) {
        #expect(throws: error) { try Image(jpeg: bytes) }
    }

    @Test(
        "refuses segments that contradict the format",
        arguments: [
            (JPEGBytes((0xC0, JPEGBytes.frame(components: 4))), .unsupportedFormat("JPEG in CMYK")),
            (JPEGBytes((0xC1, JPEGBytes.frame(precision: 12))), .unsupportedFormat("JPEG of 12 bits")),
            (JPEGBytes((0xC9, JPEGBytes.frame())), .unsupportedFormat("JPEG with arithmetic coding")),
            (JPEGBytes((0xCA, JPEGBytes.frame())), .unsupportedFormat("JPEG with arithmetic coding")),
            (JPEGBytes((0xC3, JPEGBytes.frame())), .unsupportedFormat("lossless JPEG")),
            (JPEGBytes((0xDE, [])), .unsupportedFormat("hierarchical JPEG")),
            (JPEGBytes((0xC0, JPEGBytes.frame(components: 2))), .badHeader),
            (JPEGBytes((0xC0, JPEGBytes.frame(precision: 7))), .badHeader),
            (JPEGBytes((0xC0, JPEGBytes.frame(width: 0))), .badHeader),
            (JPEGBytes((0xC0, JPEGBytes.frame(height: 0))), .badHeader),
            (JPEGBytes((0xC0, [8, 0, 8])), .badSegment(marker: 0xC0, offset: 2, .length(5))),
            (JPEGBytes((0xC0, JPEGBytes.frame() + [0])), .badSegment(marker: 0xC0, offset: 2, .length(18))),
            (JPEGBytes((0xDA, JPEGBytes.scan(1))), .badSegment(marker: 0xDA, offset: 2, .place)),
            (
                JPEGBytes((0xC0, JPEGBytes.frame()), (0xC0, JPEGBytes.frame())),
                .badSegment(marker: 0xC0, offset: 21, .place)
            ),
            (JPEGBytes((0xD8, [])), .badSegment(marker: 0xD8, offset: 2, .unknown)),
            (JPEGBytes((0xD0, [])), .badSegment(marker: 0xD0, offset: 2, .unknown)),
            (JPEGBytes((0xFE, []), data: [1, 2, 3, 4]), .badSegment(marker: 1, offset: 6, .name)),
            (JPEGBytes((0xFE, []), data: [0xFF, 0, 3, 4]), .badSegment(marker: 0, offset: 6, .name)),
            (JPEGBytes((0xFE, []), data: [0xFF, 0xFE, 0, 1]), .badSegment(marker: 0xFE, offset: 6, .length(1))),
            (JPEGBytes((0xFE, []), data: [0xFF, 0xFE, 0, 9]), .truncated),
            (JPEGBytes((0xC0, JPEGBytes.frame(width: 4097))), .tooLarge(width: 4097, height: 8, maximum: 4096)),
            (
                JPEGBytes((0xC2, JPEGBytes.frame(width: 19000, height: 19000))),
                .tooLarge(width: 19000, height: 19000, maximum: 4096)
            ),
        ] as [(JPEGBytes, ImageError)])
    func refusesSegments(file: JPEGBytes, error: ImageError) {
        #expect(throws: error) { try Image(jpeg: file.bytes) }
    }

    @Test(
        "refuses more scans than encoders make",
        arguments: [
            JPEGBytes.progressive(frequencies: 34), JPEGBytes.progressive(frequencies: 63),
            JPEGBytes.sequential(repeats: 34), JPEGBytes.sequential(repeats: 33_334),
        ])
    func refusesManyScans(file: JPEGBytes) {
        #expect(throws: ImageError.tooManyScans(maximum: 100)) { try Image(jpeg: file.bytes) }
    }

    @Test("refuses a file that is cut anywhere", arguments: ["sequential-420", "progressive-422", "grey", "restarts"])
    func refusesEveryPrefix(name: String) throws {
        let golden = try #require(
            Golden.cases("jpeg", sources: "jpg", made: "expected.png").first { $0.source.contains(name) })
        let bytes = try Golden.bytes(golden.source)
        for count in bytes.indices {
            #expect(throws: ImageError.self) { try Image(jpeg: Array(bytes[..<count])) }
        }
    }

    @Test("survives any changed byte", arguments: ["sequential-420", "progressive-444", "rgb", "turned-by-exif"])
    func survivesChanges(name: String) throws {
        let golden = try #require(
            Golden.cases("jpeg", sources: "jpg", made: "expected.png").first { $0.source.contains(name) })
        let bytes = try Golden.bytes(golden.source)
        var refusedCount = 0
        for index in bytes.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= change
                do throws(ImageError) {
                    let image = try Image(jpeg: changed)
                    #expect(image.pixels.count == image.width * image.height * 3)
                } catch {
                    refusedCount += 1
                }
            }
        }
        #expect(refusedCount > 100, "JPEG has no checksums, but much cannot be as it is")
    }

    @Test("refuses large claims over few bytes", arguments: [UInt8(0xC0), 0xC1, 0xC2])
    func refusesALargeClaim(frame: UInt8) {
        var file = JPEGBytes(
            JPEGBytes.quantisation, JPEGBytes.tables, (frame, JPEGBytes.frame(width: 4096, height: 4096)))
        file.append(0xDA, [3, 1, 0, 2, 0, 3, 0, 0, frame == 0xC2 ? 0 : 63, 0], data: JPEGBytes.greyMeans)
        file.end()
        #expect(throws: ImageError.self) { try Image(jpeg: file.bytes) }
    }

    @Test func statesPixelCounts() throws {
        let image = Image(width: 5, height: 3, pixels: [UInt8](repeating: 9, count: 45))
        #expect(Image.statedPixelCount(of: image.png()) == 15)
        #expect(Image.statedPixelCount(of: image.jpeg(quality: 90)) == 15)
        let claim = JPEGBytes((0xC2, JPEGBytes.frame(width: 19000, height: 19000)), (0xDA, []))
        #expect(Image.statedPixelCount(of: claim.bytes) == 361_000_000)
        let lie = PNGBytes(("IHDR", PNGBytes.header(width: .max, height: .max)))
        #expect(Image.statedPixelCount(of: lie.bytes) == .max)
        #expect(Image.statedPixelCount(of: Array("hello".utf8)) == 0)
        #expect(Image.statedPixelCount(of: [0xFF, 0xD8, 0xFF]) == 0)
        #expect(Image.statedPixelCount(of: Array(image.png().prefix(20))) == 0)
    }
}
