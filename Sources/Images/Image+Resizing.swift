extension Image {
    /// The picture at another size, equal in every bit to Pillow 13's `resize((width, height), Image.BICUBIC)`.
    package func resized(width: Int, height: Int) -> Image {
        precondition(width > 0 && height > 0, "an image of \(width) x \(height)")
        // The passes round, so their order shows (Pillow 13, src/libImaging/Resample.c, ImagingResampleInner).
        let shrinksMostlyDown = self.height > height && self.height - height > (self.width - width) * 2
        return shrinksMostlyDown
            ? resized(height: height).resized(width: width)
            : resized(width: width).resized(height: height)
    }

    /// The picture at another width; a side that stays as it is costs no pass and is not rounded.
    private func resized(width: Int) -> Image {
        guard width != self.width else { return self }
        let kernel = ResamplingKernel(from: self.width, to: width)
        let resampled = kernel.resampleRows(pixels, width: self.width, height: self.height)
        return Image(width: width, height: self.height, pixels: resampled)
    }

    private func resized(height: Int) -> Image {
        guard height != self.height else { return self }
        let kernel = ResamplingKernel(from: self.height, to: height)
        return Image(width: width, height: height, pixels: kernel.resampleColumns(pixels, rowCount: width * 3))
    }
}
