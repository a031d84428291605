package import JSON

/// Width and height in pixels.
package struct ImageSize: Sendable, Equatable, CustomStringConvertible {
    /// What either side may be, whatever the pipeline.
    package static let sides = 64...1024

    /// Columns.
    package let width: Int
    /// Rows.
    package let height: Int

    /// A size that is known to be right.
    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Reads `WIDTHxHEIGHT`; nil for `auto`.
    package init?(_ field: JSONCursor) throws(JSONFieldError) {
        let text = try field.string()
        if text == "auto" { return nil }
        let sides = text.split(separator: "x", omittingEmptySubsequences: false)
        let isWritten = sides.count == 2 && sides.allSatisfy { (1...4).contains($0.count) && $0.allSatisfy(\.isDigit) }
        guard isWritten, let width = Int(sides[0]), let height = Int(sides[1]) else {
            throw .outOfRange(
                pointer: field.pointer, expected: "'WIDTHxHEIGHT' or 'auto'", actual: "'\(text.prefix(32))'")
        }
        guard Self.sides.contains(width), Self.sides.contains(height) else {
            throw .outOfRange(
                pointer: field.pointer,
                expected: "from \(Self.sides.lowerBound) to \(Self.sides.upperBound) pixels a side", actual: text)
        }
        self.init(width: width, height: height)
    }

    package var description: String { "\(width)x\(height)" }
}

extension Character {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
