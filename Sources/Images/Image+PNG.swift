import CPNG

extension Image {
    /// The most pixels a side that are read: no model here sees more.
    package static let maximumSide = 4096

    /// Decodes a PNG of any kind as Pillow's `convert("RGB")` does: no gamma, alpha dropped, palette and grey expanded.
    ///
    /// Of 16-bit samples the high byte is kept, of grey ones too (Pillow clips those to 255 instead).
    package init(png bytes: [UInt8], maximumSide: Int = Self.maximumSide) throws(ImageError) {
        let chunks = try PNGChunks(bytes, maximumSide: maximumSide)
        let (width, height) = (chunks.width, chunks.height)
        var failure: String?
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { pixels, count in
            chunks.essence.withUnsafeBufferPointer { essence in
                var source = cpng_source()
                (source.bytes, source.count) = (essence.baseAddress, essence.count)
                if cpng_read_rgb(&source, UInt32(width), UInt32(height), pixels.baseAddress) == 1 {
                    count = width * height * 3
                } else {
                    failure = withUnsafeBytes(of: source.reason) {
                        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                    }
                }
            }
        }
        if let failure { throw .corrupt(reason: failure) }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// The width times the height that a PNG's header states; 0 for what is no PNG, which decoding will say.
    package static func statedPixelCount(ofPNG bytes: [UInt8]) -> Int {
        guard bytes.count >= 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return 0 }
        let (width, height) = (16..<20, 20..<24)
        func integer(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 << 8 | Int($1) } }
        return integer(width).multipliedReportingOverflow(by: integer(height)).partialValue
    }

    /// The picture as a PNG; equal pictures give equal bytes.
    package func png() -> [UInt8] {
        var header = png_image()
        header.version = png_uint_32(PNG_IMAGE_VERSION)
        header.width = png_uint_32(width)
        header.height = png_uint_32(height)
        header.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        return [UInt8](unsafeUninitializedCapacity: cpng_size_bound(header)) { buffer, count in
            count = buffer.count
            let written = png_image_write_to_memory(&header, buffer.baseAddress, &count, 0, pixels, 0, nil)
            // The bound holds for any pixels, so only exhausted memory is left as a cause.
            precondition(written == 1, "libpng could not write \(width) x \(height) pixels")
        }
    }
}
