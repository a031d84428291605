/// Which samples of one side make each sample of its new length, and their weights (Pillow, src/libImaging/Resample.c).
package struct ResamplingKernel {
    private struct Tap {
        let first: Int
        let weights: [Int32]
    }

    private let taps: [Tap]

    /// Bits of a weight's fraction: `PRECISION_BITS`, 32 less 8 of the sample and 2 of head room.
    private static let fractionBits = 32 - 8 - 2

    /// The kernel that turns `count` samples into `newCount`, of which only some are made.
    ///
    /// When these are fewer the filter is stretched to see all samples.
    package init(from count: Int, to newCount: Int, keeping positions: Range<Int>, by filter: ResamplingFilter) {
        let scale = Double(count) / Double(newCount)
        let stretch = max(scale, 1)
        let reach = filter.support * stretch
        taps = positions.map { position in
            let center = (Double(position) + 0.5) * scale
            let first = max(0, Int(center - reach + 0.5))
            let end = min(count, Int(center + reach + 0.5))
            var weights = (first..<end).map { filter((Double($0) - center + 0.5) * (1 / stretch)) }
            var sum = 0.0
            for weight in weights { sum += weight }
            if sum != 0 { for index in weights.indices { weights[index] /= sum } }
            return Tap(first: first, weights: weights.map(Self.fixed))
        }
    }

    /// Resamples each row of RGB pixels.
    ///
    ///     pixels [height, width, 3] → [height, taps, 3]
    package func resampleRows(_ pixels: [UInt8], width: Int, height: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(height * taps.count * 3)
        pixels.withUnsafeBufferPointer { pixels in
            for row in 0..<height {
                for tap in taps {
                    var (red, green, blue) = (Self.half, Self.half, Self.half)
                    var source = (row * width + tap.first) * 3
                    for weight in tap.weights {
                        red &+= Int32(pixels[source]) &* weight
                        green &+= Int32(pixels[source + 1]) &* weight
                        blue &+= Int32(pixels[source + 2]) &* weight
                        source += 3
                    }
                    result.append(Self.sample(red))
                    result.append(Self.sample(green))
                    result.append(Self.sample(blue))
                }
            }
        }
        return result
    }

    /// Resamples each column of rows of `rowCount` samples.
    ///
    ///     pixels [rows, rowCount] → [taps, rowCount]
    package func resampleColumns(_ pixels: [UInt8], rowCount: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(taps.count * rowCount)
        var sums = [Int32](repeating: 0, count: rowCount)
        for tap in taps {
            for column in sums.indices { sums[column] = Self.half }
            for (offset, weight) in tap.weights.enumerated() {
                let start = (tap.first + offset) * rowCount
                for column in sums.indices { sums[column] &+= Int32(pixels[start + column]) &* weight }
            }
            for sum in sums { result.append(Self.sample(sum)) }
        }
        return result
    }

    private static let half = Int32(1) << (fractionBits - 1)

    /// `clip8`.
    private static func sample(_ sum: Int32) -> UInt8 { UInt8(min(max(sum >> fractionBits, 0), 255)) }

    /// A weight in fixed point, halves rounded away from zero.
    private static func fixed(_ weight: Double) -> Int32 {
        Int32((weight < 0 ? -0.5 : 0.5) + weight * Double(1 << fractionBits))
    }
}
