import CJPEG
import Glibc

extension Image {
    /// Decodes a grey, YCbCr or RGB JPEG as Pillow's `convert("RGB")` does, whose EXIF orientation is not applied either.
    ///
    /// What Pillow paints grey where data is missing or corrupt is refused. A file takes, beside its pixels, at most
    /// 128 MiB while it is decoded, which only a progressive one of the largest size needs.
    package init(jpeg bytes: [UInt8], maximumSide: Int = Self.maximumSide) throws(ImageError) {
        let segments = try JPEGSegments(bytes, maximumSide: maximumSide)
        try segments.checkScans()
        let (width, height) = (segments.width, segments.height)
        var report = cjpeg_report()
        var isRead = false
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { pixels, count in
            isRead =
                cjpeg_read_rgb(bytes, bytes.count, UInt32(width), UInt32(height), pixels.baseAddress, &report) == 1
            if isRead { count = width * height * 3 }
        }
        guard isRead else { throw .corrupt(reason: report.text) }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// The picture as a JPEG of a quality in 0...100, in 4:2:0 as libjpeg's defaults have it; equal pictures give equal
    /// bytes.
    package func jpeg(quality: Int, comment: EXIFComment? = nil) -> [UInt8] {
        precondition((0...100).contains(quality), "a quality of \(quality)")
        let exif = comment?.exif ?? []
        var report = cjpeg_report()
        var bytes: UnsafeMutablePointer<UInt8>?
        var count: UInt = 0
        let written = cjpeg_write_rgb(
            pixels, UInt32(width), UInt32(height), Int32(quality), exif, exif.count, &bytes, &count, &report)
        defer { free(bytes) }
        // A size that no image here has and exhausted memory are all that is left as causes.
        precondition(written == 1, "libjpeg could not write \(width) x \(height) pixels: \(report.text)")
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
}

extension cjpeg_report {
    fileprivate var text: String {
        withUnsafeBytes(of: reason) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
