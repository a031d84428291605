/// One 8-bit sample a pixel: what a mask is made of.
package struct Plane: Sendable, Equatable {
    /// The number of columns, at least 1.
    package let width: Int
    /// The number of rows, at least 1.
    package let height: Int
    /// The samples, row after row from the top.
    package let samples: [UInt8]  // [height, width]

    /// What a plane takes from a picture.
    package enum Channel: Sendable {
        /// How opaque it is, 255 where the format or the file says nothing.
        case alpha
        /// How light it is, whatever its alpha.
        case luminance
    }

    /// A plane of the given samples, of which there must be as many as the size says.
    package init(width: Int, height: Int, samples: [UInt8]) {
        precondition(
            width > 0 && height > 0 && samples.count == width * height,
            "\(samples.count) samples for a plane of \(width) x \(height)")
        (self.width, self.height, self.samples) = (width, height, samples)
    }

    /// One channel of a PNG or a JPEG.
    package init(
        _ channel: Channel, of encoded: [UInt8], maximumSide: Int = Image.maximumSide
    ) throws(ImageError) {
        switch (channel, try ImageFormat(of: encoded)) {
        case (.luminance, _): self = try Image(encoded: encoded, maximumSide: maximumSide).luminance
        case (.alpha, .png): try self.init(alphaOfPNG: encoded, maximumSide: maximumSide)
        case (.alpha, .jpeg):
            let image = try Image(jpeg: encoded, maximumSide: maximumSide)
            let samples = [UInt8](repeating: 255, count: image.width * image.height)
            self.init(width: image.width, height: image.height, samples: samples)
        }
    }
}

extension Image {
    /// How light each pixel is, as Pillow's `convert("L")` rounds ITU-R 601-2 (src/libImaging/Convert.c, `L24`).
    package var luminance: Plane {
        let samples = [UInt8](unsafeUninitializedCapacity: width * height) { samples, count in
            pixels.withUnsafeBufferPointer { pixels in
                for index in 0..<width * height {
                    let (red, green, blue) = (pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2])
                    let sum = Int(red) * 19595 + Int(green) * 38470 + Int(blue) * 7471 + 0x8000
                    samples[index] = UInt8(truncatingIfNeeded: sum >> 16)  // the weights add up to 1 << 16
                }
            }
            count = width * height
        }
        return Plane(width: width, height: height, samples: samples)
    }
}
