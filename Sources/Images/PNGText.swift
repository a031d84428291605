import CPNG

/// A text that a PNG carries under a keyword (PNG specification, third edition, section 11.3.3).
package struct PNGText: Sendable, Equatable {
    /// What the text is, in 1 to 79 characters of Latin-1.
    package let keyword: String
    /// The text, of any characters.
    package let text: String

    /// A text to be written under a keyword that the specification allows.
    package init(_ keyword: String, _ text: String) {
        precondition(Self.isKeyword(keyword), "the keyword '\(keyword)'")
        (self.keyword, self.text) = (keyword, text)
    }

    /// Printable, and no space at either end or beside another.
    static func isKeyword(_ keyword: String) -> Bool {
        let scalars = Array(keyword.unicodeScalars)
        let isPrintable = scalars.allSatisfy { (0x20...0x7E).contains($0.value) || (0xA1...0xFF).contains($0.value) }
        return (1...79).contains(scalars.count) && isPrintable && scalars.first != " " && scalars.last != " "
            && !keyword.contains("  ")
    }

    /// The whole chunk: `tEXt` for what Latin-1 has, else `iTXt`, as Pillow chooses (`PngInfo.add_text`).
    ///
    /// Neither may hold U+0000, which is written as U+FFFD.
    var chunk: [UInt8] {
        let text = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
        let (keyword, latin) = (Self.latin1(keyword) ?? [], Self.latin1(text))
        let plain: [UInt8] = [0, 0, 0, 0, 0]  // the keyword's end, not compressed, no method, language, translation
        let body =
            latin.map { Array("tEXt".utf8) + keyword + [0] + $0 }
            ?? Array("iTXt".utf8) + keyword + plain + Array(text.utf8)
        return Self.bigEndian(body.count - 4) + body + Self.bigEndian(Int(crc32_z(0, body, body.count)))
    }

    private static func latin1(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
