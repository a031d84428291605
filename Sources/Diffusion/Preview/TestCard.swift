import Images

/// Discs of 64 colours that span all there are, on white, each with its margin as wide as two latent pixels.
///
/// Edges are there because pictures have them: a map fitted to flat squares mistakes the greens of real latents.
struct TestCard {
    /// The card.
    let image: Image
    private let factor: Int

    private static let squaresPerSide = 8
    private static let latentsPerSquare = 2
    private static let colourStride = 29  // through the 64 colours, so that neighbours differ

    /// A card for an autoencoder whose latent pixels are so many image pixels wide.
    init(factor: Int) {
        let width = Self.latentsPerSquare * factor
        let side = Self.squaresPerSide * width
        let pixels = (0..<side * side).flatMap { pixel -> [UInt8] in
            let (row, column) = (pixel / side, pixel % side)
            let (down, right) = (2 * (row % width) - width + 1, 2 * (column % width) - width + 1)
            guard 16 * (down * down + right * right) < 9 * width * width else { return [255, 255, 255] }
            let square = row / width * Self.squaresPerSide + column / width
            let colour = square * Self.colourStride % 64
            return [colour / 16, colour / 4 % 4, colour % 4].map { UInt8($0 * 85) }
        }
        self.factor = factor
        image = Image(width: side, height: side, pixels: pixels)
    }

    /// The mean colours in -1...1 behind each latent pixel.
    ///
    ///     → [h, w, 3]
    var patchColours: [Double] {
        let columnCount = image.width / factor
        var sums = [Double](repeating: 0, count: columnCount * columnCount * 3)
        for (index, value) in image.pixels.enumerated() {
            let (pixel, colour) = (index / 3, index % 3)
            let (row, column) = (pixel / image.width / factor, pixel % image.width / factor)
            sums[(row * columnCount + column) * 3 + colour] += Double(value) / 127.5 - 1
        }
        return sums.map { $0 / Double(factor * factor) }
    }
}
