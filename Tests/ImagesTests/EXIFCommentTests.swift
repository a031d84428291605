import Images
import JSON
import TestSupport
import Testing

@Suite struct EXIFCommentTests {
    private static let image = Image(width: 3, height: 2, pixels: [UInt8](repeating: 7, count: 18))

    @Test(
        "reads the comments of EXIF structures",
        arguments: [
            "big-endian", "big-endian-in-little", "little-endian-marked", "ascii-padded", "undefined", "japanese",
            "odd-length", "of-another-type", "lone-surrogate",
        ])
    func readsComments(name: String) throws {
        let known = try #require(Golden.json("comments/comments.json")[name])
        let file = try Golden.bytes(Repository.golden("images/comments/\(name).jpg"))
        #expect(try EXIFComment(in: file)?.text == known.string)
        #expect(try Image(jpeg: file).width == 8)
    }

    @Test("reads back any comment", arguments: ["", "a fox", "狐 🦊\n\"é\"", String(repeating: "x", count: 32_000)])
    func commentsRoundTrip(text: String) throws {
        let file = Self.image.jpeg(quality: 80, comment: EXIFComment(text))
        #expect(try EXIFComment(in: file)?.text == text)
        #expect(try Image(jpeg: file) == Image(jpeg: Self.image.jpeg(quality: 80)))
    }

    @Test func knowsHowMuchOneSegmentHolds() throws {
        let longest = String(repeating: "x", count: EXIFComment.maximumLength)
        let comment = try #require(EXIFComment(longest))
        #expect(try EXIFComment(in: Self.image.jpeg(quality: 80, comment: comment)) == comment)
        #expect(EXIFComment(longest + "x") == nil)
    }

    @Test func survivesEveryChangedByteOfEXIF() throws {
        let bare = Self.image.jpeg(quality: 5)
        let file = Self.image.jpeg(quality: 5, comment: EXIFComment("a fox"))
        #expect(try EXIFComment(in: bare) == nil)
        for index in 2..<2 + file.count - bare.count {
            for value: UInt8 in [0, 1, 8, 0x1A, 0x7F, 0xFF] {
                var changed = file
                changed[index] = value
                do throws(ImageError) {
                    let text = try EXIFComment(in: changed)?.text
                    #expect((text ?? "").utf8.count <= file.count)
                } catch {
                    #expect(!error.message.isEmpty)
                }
            }
        }
    }

    @Test(
        "directories that lead nowhere or in a circle hold no comment", arguments: [0, 8, 26, 60, 0xFFFF, 0x7FFF_FFFF])
    func endsCircles(offset: UInt32) throws {
        let entry = [0x87, 0x69, 0, 4, 0, 0, 0, 1] + PNGBytes.bigEndian(offset)
        let exif = Array("Exif\0\0MM\0*".utf8) + PNGBytes.bigEndian(8) + [0, 1] + entry + PNGBytes.bigEndian(8)
        let file = JPEGBytes((0xE1, exif), (0xC0, JPEGBytes.frame()), (0xDA, JPEGBytes.scan(1)))
        #expect(try EXIFComment(in: file.bytes) == nil)
    }
}
