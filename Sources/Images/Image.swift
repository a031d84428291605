/// A picture of 8-bit RGB pixels.
package struct Image: Sendable, Equatable {
    /// The number of columns, at least 1.
    package let width: Int
    /// The number of rows, at least 1.
    package let height: Int
    /// Red, green and blue of each pixel, row after row from the top.
    package let pixels: [UInt8]  // [height, width, 3]

    /// A picture of the given pixels, of which there must be as many as the size says.
    package init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(
            width > 0 && height > 0 && pixels.count == width * height * 3,
            "\(pixels.count) samples for an image of \(width) x \(height)")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
