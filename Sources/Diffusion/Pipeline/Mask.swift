package import Images

/// Which part of a picture is painted anew: what is white, and not what is black.
package struct Mask: Sendable, Equatable {
    /// The number of columns, at least 1.
    package let width: Int
    /// The number of rows, at least 1.
    package let height: Int
    /// The white of each pixel, row after row from the top.
    package let coverage: [UInt8]

    private static let threshold: UInt8 = 128  // the first not below 0.5: diffusers `VaeImageProcessor.binarize`

    /// A mask of the given pixels, of which there must be as many as the size says.
    package init(width: Int, height: Int, coverage: [UInt8]) {
        precondition(
            width > 0 && height > 0 && coverage.count == width * height,
            "\(coverage.count) pixels for a mask of \(width) x \(height)")
        self.width = width
        self.height = height
        self.coverage = coverage
    }

    /// The mask that a picture's brightness draws: Pillow's `convert("L")`, src/libImaging/Convert.c, `L24`.
    package init(_ image: Image) {
        let pixels = image.pixels
        let coverage = stride(from: 0, to: pixels.count, by: 3).map { index in
            let (red, green, blue) = (Int(pixels[index]), Int(pixels[index + 1]), Int(pixels[index + 2]))
            return UInt8((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)
        }
        self.init(width: image.width, height: image.height, coverage: coverage)
    }

    /// Which pixels are painted anew when the mask is resized: diffusers `VaeImageProcessor.preprocess`.
    ///
    ///     → [height, width]
    func repaintedPixels(width: Int, height: Int) -> [Bool] {
        let grey = Image(width: self.width, height: self.height, pixels: coverage.flatMap { [$0, $0, $0] })
        let resized = grey.resized(width: width, height: height, by: .lanczos)
        return stride(from: 0, to: resized.pixels.count, by: 3).map { resized.pixels[$0] >= Self.threshold }
    }
}
