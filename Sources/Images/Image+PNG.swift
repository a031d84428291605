import CPNG

extension Image {
    /// Decodes a PNG of any kind as Pillow's `convert("RGB")` does: no gamma, alpha dropped, palette and grey expanded.
    ///
    /// Of 16-bit samples the high byte is kept, of grey ones too (Pillow clips those to 255 instead).
    package init(png bytes: [UInt8], maximumSide: Int = Self.maximumSide) throws(ImageError) {
        let pixels = try PNGPixels(bytes, withAlpha: false, maximumSide: maximumSide)
        self.init(width: pixels.width, height: pixels.height, pixels: pixels.samples)
    }

    /// The picture as a PNG that carries texts; equal pictures and texts give equal bytes.
    package func png(texts: [PNGText] = []) -> [UInt8] {
        var header = png_image()
        header.version = png_uint_32(PNG_IMAGE_VERSION)
        header.width = png_uint_32(width)
        header.height = png_uint_32(height)
        header.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        var file = [UInt8](unsafeUninitializedCapacity: cpng_size_bound(header)) { buffer, count in
            count = buffer.count
            let written = png_image_write_to_memory(&header, buffer.baseAddress, &count, 0, pixels, 0, nil)
            // The bound holds for any pixels, so only exhausted memory is left as a cause.
            precondition(written == 1, "libpng could not write \(width) x \(height) pixels")
        }
        // The simplified API writes no texts; they may stand anywhere after IHDR, the first chunk.
        if !texts.isEmpty { file.insert(contentsOf: texts.flatMap(\.chunk), at: PNGChunks.headerEnd) }
        return file
    }
}
