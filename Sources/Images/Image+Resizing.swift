extension Image {
    /// The picture at another size, equal in every bit to Pillow 13's `resize((width, height), filter)`.
    package func resized(width: Int, height: Int, by filter: ResamplingFilter = .bicubic) -> Image {
        resized(width: width, height: height, columns: 0..<width, rows: 0..<height, by: filter)
    }

    /// A part of the picture at another size: what `resized` and then `cropped` make, at the cost of the part alone.
    package func resized(
        width: Int, height: Int, columns: Range<Int>, rows: Range<Int>, by filter: ResamplingFilter = .bicubic
    ) -> Image {
        precondition(width > 0 && height > 0, "an image of \(width) x \(height)")
        precondition(
            0 <= columns.lowerBound && columns.upperBound <= width && 0 <= rows.lowerBound && rows.upperBound <= height,
            "columns \(columns) and rows \(rows) of an image of \(width) x \(height)")
        // The passes round, so their order shows (Pillow 13, src/libImaging/Resample.c, ImagingResampleInner).
        let shrinksMostlyDown = self.height > height && self.height - height > (self.width - width) * 2
        return shrinksMostlyDown
            ? resized(height: height, rows: rows, filter).resized(width: width, columns: columns, filter)
            : resized(width: width, columns: columns, filter).resized(height: height, rows: rows, filter)
    }

    /// Columns of the picture at another width; a side that stays as it is costs no pass and is not rounded.
    private func resized(width: Int, columns: Range<Int>, _ filter: ResamplingFilter) -> Image {
        guard width != self.width else {
            return columns == 0..<width
                ? self : cropped(x: columns.lowerBound, y: 0, width: columns.count, height: height)
        }
        let kernel = ResamplingKernel(from: self.width, to: width, keeping: columns, by: filter)
        let resampled = kernel.resampleRows(pixels, width: self.width, height: height)
        return Image(width: columns.count, height: height, pixels: resampled)
    }

    private func resized(height: Int, rows: Range<Int>, _ filter: ResamplingFilter) -> Image {
        guard height != self.height else {
            return rows == 0..<height ? self : cropped(x: 0, y: rows.lowerBound, width: width, height: rows.count)
        }
        let kernel = ResamplingKernel(from: self.height, to: height, keeping: rows, by: filter)
        return Image(width: width, height: rows.count, pixels: kernel.resampleColumns(pixels, rowCount: width * 3))
    }
}
