import Images
import Testing

@Suite struct PlaneTests {
    @Test("takes the alpha that Pillow takes", arguments: Golden.cases("planes", made: ".alpha.png"))
    func takesAlpha(golden: Golden.Case) throws {
        #expect(try Plane(.alpha, of: Golden.bytes(golden.source)) == Golden.image(golden.made).luminance)
    }

    @Test("takes the luminance that Pillow takes", arguments: Golden.cases("planes", made: ".luminance.png"))
    func takesLuminance(golden: Golden.Case) throws {
        let plane = try Plane(.luminance, of: Golden.bytes(golden.source))
        let expected = try Golden.image(golden.made)
        #expect(plane.samples.flatMap { [$0, $0, $0] } == expected.pixels)
    }

    @Test func goldenFilesAreThere() { #expect(Golden.cases("planes").count == 14) }

    @Test func takesPixelsWrittenByHand() throws {
        let file = PNGBytes(("IHDR", PNGBytes.header()), ("IDAT", PNGBytes.pixels), ("IEND", [])).bytes
        #expect(try Plane(.alpha, of: file) == Plane(width: 2, height: 1, samples: [255, 0]))
        // (255, 1, 2) and (3, 254, 4), by the formula.
        #expect(try Plane(.luminance, of: file) == Plane(width: 2, height: 1, samples: [77, 150]))
    }

    @Test func isOpaqueWhereThereIsNoAlpha() throws {
        let image = Image(width: 2, height: 2, pixels: [UInt8](repeating: 8, count: 12))
        let opaque = Plane(width: 2, height: 2, samples: [255, 255, 255, 255])
        #expect(try Plane(.alpha, of: image.png()) == opaque)
        #expect(try Plane(.alpha, of: image.jpeg(quality: 80)) == opaque)
        #expect(image.luminance.samples == [8, 8, 8, 8])
    }

    @Test("refuses what is no image", arguments: [Plane.Channel.alpha, .luminance])
    func refuses(channel: Plane.Channel) throws {
        #expect(throws: ImageError.unknownFormat) { try Plane(channel, of: []) }
        let large = PNGBytes(("IHDR", PNGBytes.header(width: 19000, height: 19000))).bytes
        #expect(throws: ImageError.tooLarge(width: 19000, height: 19000, maximum: 4096)) {
            try Plane(channel, of: large)
        }
    }
}
