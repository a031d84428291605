import Foundation
import Images
import TestSupport
import Testing

/// Expects a picture of the reference's size with a peak signal-to-noise ratio of 50 dB or more.
func expectClose(
    _ image: Image, to name: String, of golden: Golden, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    #expect(try golden.shape(name) == [image.height, image.width, 3], sourceLocation: sourceLocation)
    let expected = try golden.bytes(name)
    let squares = zip(image.pixels, expected).reduce(0.0) { sum, pair in
        let difference = Double(pair.0) - Double(pair.1)
        return sum + difference * difference
    }
    let ratio = 10 * log10(255 * 255 * Double(expected.count) / max(squares, 1e-9))
    #expect(ratio >= 50, "\(name): \(ratio) dB", sourceLocation: sourceLocation)
}
