/// The one size of letters that charts are lettered with.
enum Typeface {
    /// A letter's ink: `Glyphs.height` rows of `width` pixels, 0...15.
    struct Glyph {
        let width: Int
        let ink: [UInt8]  // [height, width]
    }

    /// Rows of pixels from the top of one line of text to its bottom.
    static let height = Glyphs.height

    private static let glyphs: [Glyph] = Glyphs.lines.split(separator: "\n").map { line in
        let ink = line.utf8.map { $0 < 58 ? $0 - 48 : $0 - 87 }  // "0"..."9", "a"..."f"
        return Glyph(width: ink.count / Glyphs.height, ink: ink)
    }

    /// A character's letter; a box for one that the typeface lacks.
    static func glyph(of character: Character) -> Glyph {
        guard let code = character.asciiValue, (32..<127).contains(code) else { return glyphs[glyphs.count - 1] }
        return glyphs[Int(code) - 32]
    }

    /// How many pixels a line of text is wide.
    static func width(of text: String) -> Int { text.reduce(0) { $0 + glyph(of: $1).width } }

    /// The text, cut and with three dots where it is wider than `width` pixels.
    static func fitted(_ text: String, to width: Int) -> String {
        guard Self.width(of: text) > width else { return text }
        var (cut, used) = ("", Self.width(of: "..."))
        for character in text {
            used += glyph(of: character).width
            guard used <= width else { break }
            cut.append(character)
        }
        return cut + "..."
    }

    /// The text broken at spaces into at most `count` lines of `width` pixels, the last one cut if need be.
    static func lines(_ text: String, width: Int, count: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, lines.count == count || Self.width(of: last + " " + word) <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.map { fitted($0, to: width) }
    }
}
