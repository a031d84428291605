import Images

/// Squares of 64 colours that span all there are, each as wide as two latent pixels.
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
        let pixels = (0..<side * side).flatMap { pixel in
            let square = pixel / side / width * Self.squaresPerSide + pixel % side / width
            let colour = square * Self.colourStride % 64
            return [colour / 16, colour / 4 % 4, colour % 4].map { UInt8($0 * 85) }
        }
        self.factor = factor
        image = Image(width: side, height: side, pixels: pixels)
    }

    /// The colours in -1...1 behind each latent pixel.
    ///
    ///     → [h, w, 3]
    var patchColours: [Double] {
        stride(from: 0, to: image.height, by: factor).flatMap { row in
            stride(from: 0, to: image.width, by: factor).flatMap { column in
                let pixel = (row * image.width + column) * 3
                return image.pixels[pixel..<pixel + 3].map { Double($0) / 127.5 - 1 }
            }
        }
    }
}
