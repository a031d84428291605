package import Images

/// A picture that is drawn into, from the upper left corner.
package struct Canvas: Sendable {
    /// Its size in pixels.
    package let width, height: Int
    private var pixels: [UInt8]  // [height, width, 3]

    /// Where text begins, ends or is centred.
    package enum Alignment: Sendable {
        case left, center, right
    }

    /// White paper.
    package init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        pixels = [UInt8](repeating: 255, count: width * height * 3)
    }

    /// What has been drawn.
    package var image: Image { Image(width: width, height: height, pixels: pixels) }

    /// Fills a rectangle, as much of it as lies on the canvas.
    package mutating func fill(x: Int, y: Int, width: Int, height: Int, _ color: Color) {
        for row in max(0, y)..<max(0, y, min(self.height, y + height)) {
            for column in max(0, x)..<max(0, x, min(self.width, x + width)) { set(column, row, color) }
        }
    }

    /// Draws the border of a rectangle, one pixel wide, inside it.
    package mutating func frame(x: Int, y: Int, width: Int, height: Int, _ color: Color) {
        fill(x: x, y: y, width: width, height: 1, color)
        fill(x: x, y: y + height - 1, width: width, height: 1, color)
        fill(x: x, y: y, width: 1, height: height, color)
        fill(x: x + width - 1, y: y, width: 1, height: height, color)
    }

    /// Draws a picture, as much of it as lies on the canvas.
    package mutating func draw(_ image: Image, x: Int, y: Int) {
        for row in 0..<image.height where (0..<height).contains(y + row) {
            for column in 0..<image.width where (0..<width).contains(x + column) {
                let source = (row * image.width + column) * 3
                let color = Color(image.pixels[source], image.pixels[source + 1], image.pixels[source + 2])
                set(x + column, y + row, color)
            }
        }
    }

    /// Draws a disc, its rim softened.
    package mutating func disc(x: Double, y: Double, radius: Double, _ color: Color) {
        let reach = Int(radius.rounded(.up)) + 1
        for row in Int(y) - reach...Int(y) + reach {
            for column in Int(x) - reach...Int(x) + reach {
                let (across, down) = (Double(column) - x, Double(row) - y)
                let cover = radius + 0.5 - (across * across + down * down).squareRoot()
                blend(column, row, color, min(max(cover, 0), 1))
            }
        }
    }

    /// Writes one line of text whose top is at `y` and which begins, ends or has its middle at `x`.
    package mutating func write(_ text: String, x: Int, y: Int, _ color: Color, _ alignment: Alignment = .left) {
        let width = Typeface.width(of: text)
        var left =
            switch alignment {
            case .left: x
            case .center: x - width / 2
            case .right: x - width
            }
        for character in text {
            let glyph = Typeface.glyph(of: character)
            for (index, ink) in glyph.ink.enumerated() where ink > 0 {
                blend(left + index % glyph.width, y + index / glyph.width, color, Double(ink) / 15)
            }
            left += glyph.width
        }
    }

    private mutating func blend(_ x: Int, _ y: Int, _ color: Color, _ share: Double) {
        guard share > 0, (0..<width).contains(x), (0..<height).contains(y) else { return }
        let index = (y * width + x) * 3
        set(x, y, Color(pixels[index], pixels[index + 1], pixels[index + 2]).mixed(with: color, share))
    }

    private mutating func set(_ x: Int, _ y: Int, _ color: Color) {
        let index = (y * width + x) * 3
        (pixels[index], pixels[index + 1], pixels[index + 2]) = (color.red, color.green, color.blue)
    }
}
