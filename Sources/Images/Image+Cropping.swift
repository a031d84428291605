extension Image {
    /// The rectangle at (x, y), black where it reaches outside the picture.
    package func cropped(x: Int, y: Int, width: Int, height: Int) -> Image {
        var cropped = [UInt8](repeating: 0, count: width * height * 3)
        let columns = max(0, x)..<max(max(0, x), min(self.width, x + width))
        for row in max(0, y)..<max(max(0, y), min(self.height, y + height)) where !columns.isEmpty {
            let source = (row * self.width + columns.lowerBound) * 3
            let target = ((row - y) * width + columns.lowerBound - x) * 3
            let count = columns.count * 3
            cropped.replaceSubrange(target..<target + count, with: pixels[source..<source + count])
        }
        return Image(width: width, height: height, pixels: cropped)
    }

    /// The middle of the picture, on black where it is smaller, placed as `center_crop` of transformers places it.
    ///
    /// transformers/image_transforms.py: odd margins round down inside the picture, and up where it is padded.
    package func centerCropped(width: Int, height: Int) -> Image {
        if width <= self.width && height <= self.height {
            return cropped(x: (self.width - width) / 2, y: (self.height - height) / 2, width: width, height: height)
        }
        let (paddedWidth, paddedHeight) = (max(width, self.width), max(height, self.height))
        let left = (paddedWidth - self.width + 1) / 2
        let top = (paddedHeight - self.height + 1) / 2
        let x = max(0, Self.half(self.width - width) + left)
        let y = max(0, Self.half(self.height - height) + top)
        return cropped(x: x - left, y: y - top, width: width, height: height)
    }

    /// Half of a margin, rounded down also below zero, as Python's `//` does.
    private static func half(_ margin: Int) -> Int { margin >> 1 }
}
