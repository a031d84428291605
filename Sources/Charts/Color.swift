/// A colour of 8 bits a channel.
package struct Color: Sendable, Equatable {
    /// The channels, 0...255.
    package let red, green, blue: UInt8

    /// A colour of three channels.
    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

    /// Paper.
    package static let white = Color(255, 255, 255)
    /// Text and outlines.
    package static let ink = Color(34, 34, 34)
    /// Axes and secondary text.
    package static let grey = Color(118, 118, 118)
    /// Grid lines and empty cells.
    package static let pale = Color(228, 228, 228)

    /// Colours that stay apart for colour-blind readers, one a system (Okabe and Ito 2008, without yellow and black).
    package static let distinct = [
        Color(0, 114, 178), Color(230, 159, 0), Color(0, 158, 115), Color(204, 121, 167), Color(86, 180, 233),
        Color(213, 94, 0),
    ]

    /// The colour between this one and another, at `share` in 0...1 of the way.
    package func mixed(with other: Color, _ share: Double) -> Color {
        func between(_ a: UInt8, _ b: UInt8) -> UInt8 {
            UInt8((Double(a) + (Double(b) - Double(a)) * min(max(share, 0), 1)).rounded())
        }
        return Color(between(red, other.red), between(green, other.green), between(blue, other.blue))
    }

    /// How light it looks, in 0...1 (ITU-R BT.709 luma).
    package var lightness: Double {
        (0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)) / 255
    }

    /// The colour of a share in 0...1 on matplotlib's viridis, of which nine points are kept; dark is little.
    package static func viridis(_ share: Double) -> Color {
        let place = min(max(share, 0), 1) * Double(viridisPoints.count - 1)
        let index = min(Int(place), viridisPoints.count - 2)
        return viridisPoints[index].mixed(with: viridisPoints[index + 1], place - Double(index))
    }

    private static let viridisPoints = [
        Color(68, 1, 84), Color(71, 45, 123), Color(59, 82, 139), Color(44, 114, 142), Color(33, 145, 140),
        Color(40, 174, 128), Color(94, 201, 98), Color(173, 220, 48), Color(253, 231, 37),
    ]
}
