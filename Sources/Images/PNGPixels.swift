import CPNG

/// The samples of a PNG in 8 bits, decoded by libpng from the chunks that a walk has checked.
struct PNGPixels {
    let width, height: Int
    /// Red, green and blue of each pixel, and its alpha where that was asked for.
    let samples: [UInt8]  // [height, width, channels]

    init(_ bytes: [UInt8], withAlpha: Bool, maximumSide: Int) throws(ImageError) {
        let chunks = try PNGChunks(bytes, withAlpha: withAlpha, maximumSide: maximumSide)
        let (width, height, channels) = (chunks.width, chunks.height, withAlpha ? 4 : 3)
        var failure: String?
        samples = [UInt8](unsafeUninitializedCapacity: width * height * channels) { samples, count in
            chunks.essence.withUnsafeBufferPointer { essence in
                var source = cpng_source()
                (source.bytes, source.count) = (essence.baseAddress, essence.count)
                if cpng_read(&source, UInt32(width), UInt32(height), Int32(channels), samples.baseAddress) == 1 {
                    count = width * height * channels
                } else {
                    failure = withUnsafeBytes(of: source.reason) {
                        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                    }
                }
            }
        }
        if let failure { throw .corrupt(reason: failure) }
        (self.width, self.height) = (width, height)
    }
}

extension Plane {
    /// The alpha of a PNG of any kind: a channel's high byte, the palette's, or none for the one transparent colour.
    init(alphaOfPNG bytes: [UInt8], maximumSide: Int) throws(ImageError) {
        let pixels = try PNGPixels(bytes, withAlpha: true, maximumSide: maximumSide)
        let count = pixels.width * pixels.height
        let samples = [UInt8](unsafeUninitializedCapacity: count) { samples, initializedCount in
            for index in 0..<count { samples[index] = pixels.samples[4 * index + 3] }
            initializedCount = count
        }
        self.init(width: pixels.width, height: pixels.height, samples: samples)
    }
}
