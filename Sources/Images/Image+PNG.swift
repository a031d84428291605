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
        var file = [UInt8](unsafeUninitializedCapacity: cpng_size_bound(width, height)) { buffer, count in
            var target = cpng_target(bytes: buffer.baseAddress, count: 0, capacity: buffer.count)
            let written = cpng_write(&target, UInt32(width), UInt32(height), pixels)
            // The bound holds for any pixels, so only exhausted memory is left as a cause.
            precondition(written == 1, "libpng could not write \(width) x \(height) pixels")
            count = target.count
        }
        // Texts may stand anywhere after IHDR, the first chunk.
        if !texts.isEmpty { file.insert(contentsOf: texts.flatMap(\.chunk), at: PNGChunks.headerEnd) }
        return file
    }
}
