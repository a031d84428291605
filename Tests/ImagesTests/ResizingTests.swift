import Images
import Testing

@Suite struct ResizingTests {
    @Test("equals Pillow's BICUBIC in every bit", arguments: Golden.cases("resize"))
    func matchesPillow(golden: Golden.Case) throws {
        let size = try #require(golden.size)
        let resized = try Golden.image(golden.source).resized(width: size.width, height: size.height)
        #expect(try resized == Golden.image(golden.made))
    }

    @Test("equals Pillow's BILINEAR in every bit", arguments: Golden.cases("bilinear"))
    func matchesPillowBilinear(golden: Golden.Case) throws {
        let size = try #require(golden.size)
        let resized = try Golden.image(golden.source).resized(width: size.width, height: size.height, by: .bilinear)
        #expect(try resized == Golden.image(golden.made))
    }

    @Test("equals Pillow's LANCZOS in every bit", arguments: Golden.cases("lanczos"))
    func matchesPillowLanczos(golden: Golden.Case) throws {
        let size = try #require(golden.size)
        let resized = try Golden.image(golden.source).resized(width: size.width, height: size.height, by: .lanczos)
        #expect(try resized == Golden.image(golden.made))
    }

    @Test("crops as transformers' center_crop", arguments: Golden.cases("crop"))
    func matchesTransformers(golden: Golden.Case) throws {
        let size = try #require(golden.size)
        let cropped = try Golden.image(golden.source).centerCropped(width: size.width, height: size.height)
        #expect(try cropped == Golden.image(golden.made))
    }

    @Test func goldenFilesAreThere() {
        #expect(Golden.cases("resize").count == 34)
        #expect(Golden.cases("bilinear").count == 10)
        #expect(Golden.cases("lanczos").count == 10)
        #expect(Golden.cases("crop").count == 10)
    }

    @Test func cropsAnyRectangleWithBlackOutside() {
        let image = Image(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
        #expect(image.cropped(x: 1, y: 0, width: 1, height: 1).pixels == [4, 5, 6])
        #expect(image.cropped(x: -1, y: 0, width: 2, height: 2).pixels == [0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0])
        #expect(image.cropped(x: 5, y: 5, width: 1, height: 1).pixels == [0, 0, 0])
        #expect(image.cropped(x: -9, y: 0, width: 1, height: 1).pixels == [0, 0, 0])
    }

    @Test(
        "makes a part as it would the whole",
        arguments: [(9, 21), (31, 5), (20, 20), (17, 40), (40, 13), (7, 9)])
    func makesAPart(width: Int, height: Int) {
        let pixels = (0..<20 * 13 * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let image = Image(width: 20, height: 13, pixels: pixels)
        let (columns, rows) = (width / 4..<width - 2, 1..<height - height / 3)
        let part = image.resized(width: width, height: height, columns: columns, rows: rows)
        let whole = image.resized(width: width, height: height)
        #expect(part == whole.cropped(x: width / 4, y: 1, width: columns.count, height: rows.count))
    }

    @Test func keepsAFlatPictureFlat() {
        let image = Image(width: 1024, height: 1024, pixels: [UInt8](repeating: 77, count: 1024 * 1024 * 3))
        #expect(image.resized(width: 224, height: 224).pixels.allSatisfy { $0 == 77 })
    }
}
