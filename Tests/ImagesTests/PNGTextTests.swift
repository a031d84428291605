import Images
import JSON
import TestSupport
import Testing

@Suite struct PNGTextTests {
    private static let image = Image(width: 3, height: 2, pixels: [UInt8](repeating: 7, count: 18))

    /// Zlib's stream of zeros, in stored blocks.
    private static func zeros(_ count: Int) -> [UInt8] {
        var (stream, left): ([UInt8], Int) = ([0x78, 0x01], count)
        while left > 0 {
            let size = min(left, 65_535)
            let length = [UInt8(size & 0xFF), UInt8(size >> 8)]
            stream += [left == size ? 1 : 0] + length + length.map(~) + [UInt8](repeating: 0, count: size)
            left -= size
        }
        // Adler-32 of zeros: the sum stays 1, the sum of sums counts them.
        let sum = UInt32(count % 65_521) << 16 | 1
        return stream + PNGBytes.bigEndian(sum)
    }

    private static func texts(of name: String) throws -> [PNGText] {
        let lists = try Golden.json("texts/texts.json")
        let pairs = try #require(lists[String(name.prefix { $0 != "-" })]?.array)
        return try pairs.map { PNGText(try #require($0.array?.first?.string), try #require($0.array?.last?.string)) }
    }

    @Test(
        "reads what Pillow wrote",
        arguments: ["plain", "plain-compressed", "international", "international-compressed"])
    func reads(name: String) throws {
        let file = try Golden.bytes(Repository.golden("images/texts/\(name).png"))
        #expect(try PNGText.all(in: file) == Self.texts(of: name))
    }

    @Test("writes the chunks that Pillow writes", arguments: ["plain", "international"])
    func writes(name: String) throws {
        let pillow = try Golden.bytes(Repository.golden("images/texts/\(name).png"))
        let bare = Self.image.png()
        let file = Self.image.png(texts: try Self.texts(of: name))
        let end = 33 + file.count - bare.count
        #expect(file[33..<end] == pillow[33..<end])
        #expect(Array(file[..<33] + file[end...]) == bare)
        #expect(try Image(png: file) == Self.image)
    }

    @Test(
        "reads back any text",
        arguments: ["", "é", "a\r\n\tb", "\u{100}", "🦊🏳️‍🌈", "e\u{301}", String(repeating: "狐", count: 90_000)])
    func roundTrips(text: String) throws {
        let file = Self.image.png(texts: [PNGText("parameters", text)])
        let read = try #require(PNGText.all(in: file).first)
        #expect(read.text.unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test func replacesZerosThatTheFormatForbids() throws {
        let file = Self.image.png(texts: [PNGText("a", "b\0c")])
        #expect(try PNGText.all(in: file) == [PNGText("a", "b\u{FFFD}c")])
    }

    private static func compressed(zeros count: Int) -> PNGBytes {
        PNGBytes(
            ("IHDR", PNGBytes.header()), ("zTXt", Array("a\0\0".utf8) + zeros(count)), ("IDAT", PNGBytes.pixels),
            ("IEND", []))
    }

    @Test("refuses texts that inflate to more than a megabyte", arguments: [1 << 20 + 1, 1 << 22])
    func refusesBombs(size: Int) throws {
        let file = Self.compressed(zeros: size).bytes
        #expect(throws: ImageError.badChunk(name: "zTXt", offset: 33, .text(maximum: 1 << 20))) {
            try PNGText.all(in: file)
        }
        #expect(try Image(png: file).width == 2, "pixels need no text")
    }

    @Test func readsAWholeMegabyte() throws {
        let file = Self.compressed(zeros: 1 << 20).bytes
        #expect(try PNGText.all(in: file).map(\.text.utf8.count) == [1 << 20])
    }

    @Test func countsTheTextsTogether() {
        let text = ("iTXt", Array("a\0\0\0\0\0".utf8) + [UInt8](repeating: 0x20, count: 700_000))
        let file = PNGBytes(("IHDR", PNGBytes.header()), text, text, ("IDAT", PNGBytes.pixels), ("IEND", []))
        #expect(throws: ImageError.self) { try PNGText.all(in: file.bytes) }
    }

    @Test func looksAtTheFirstTextsOnly() throws {
        let file = Self.image.png(texts: (0..<100).map { PNGText("a", "\($0)") })
        #expect(try PNGText.all(in: file).map(\.text) == (0..<64).map { "\($0)" })
    }

    @Test(
        "leaves out what is not text",
        arguments: [
            ("tEXt", []), ("tEXt", Array("no end".utf8)), ("tEXt", Array("\0no keyword".utf8)),
            ("tEXt", Array(" a\0b".utf8)), ("tEXt", [UInt8](repeating: 0x61, count: 80) + [0]),
            ("zTXt", Array("a\0".utf8)),
            ("zTXt", Array("a\0\0not zlib".utf8)), ("zTXt", Array("a\0\0".utf8) + [0x78]), ("iTXt", Array("a\0".utf8)),
            ("iTXt", Array("a\0\0\0".utf8)), ("iTXt", Array("a\0\0\0en\0".utf8)),
            ("iTXt", Array("a\0\0\0\0\0".utf8) + [0xFF, 0xFE]), ("iTXt", Array("a\0\u{1}\0\0\0".utf8)),
        ] as [(String, [UInt8])])
    func leavesOut(name: String, data: [UInt8]) throws {
        let file = PNGBytes(
            ("IHDR", PNGBytes.header()), (name, data), ("tEXt", Array("b\0c".utf8)), ("IDAT", PNGBytes.pixels),
            ("IEND", []))
        #expect(try PNGText.all(in: file.bytes) == [PNGText("b", "c")])
    }

    @Test func refusesAFileThatIsBroken() throws {
        let file = Self.image.png(texts: [PNGText("a", "b")])
        for count in file.indices { #expect(throws: ImageError.self) { try PNGText.all(in: Array(file[..<count])) } }
        #expect(throws: ImageError.unsupportedFormat("JPEG")) { try PNGText.all(in: Self.image.jpeg(quality: 9)) }
    }
}
