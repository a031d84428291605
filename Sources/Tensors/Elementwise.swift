import CKernels

/// `a x + b y`, scalar by scalar: one step of a scheduler, or guidance.
package func weightedSum(_ a: Float, _ x: consuming Tensor, _ b: Float, _ y: Tensor) -> Tensor {
    x.mapped(with: y) { ck_weighted_sum($0, $1, a, $2, b, $3, $4) }
}

extension Tensor {
    package static func + (a: consuming Tensor, b: Tensor) -> Tensor {
        a.mapped(with: b) { ck_add($0, $1, $2, $3, $4) }
    }

    package static func - (a: consuming Tensor, b: Tensor) -> Tensor {
        a.mapped(with: b) { ck_subtract($0, $1, $2, $3, $4) }
    }

    package static func * (factor: Float, x: consuming Tensor) -> Tensor {
        x.mapped { ck_scale($0, $1, factor, $2, $3) }
    }

    package static func / (x: consuming Tensor, divisor: Float) -> Tensor {
        x.mapped { ck_divide($0, $1, $2, divisor, $3) }
    }

    /// Each scalar moved into a range.
    package consuming func clamped(to range: ClosedRange<Float>) -> Tensor {
        mapped { ck_clamp($0, $1, $2, range.lowerBound, range.upperBound, $3) }
    }

    /// Adds one offset per channel, and per image if `offsets` has two axes.
    ///
    ///     self [N, ..., C], offsets [C] or [N, C] → [N, ..., C]
    package consuming func addingChannels(_ offsets: Tensor) -> Tensor {
        let (shape, level) = (shape, device.level.cValue)
        let channels = shape.last ?? 1
        let images = offsets.shape.count == 2 ? shape[0] : 1
        precondition(
            offsets.shape == [channels] || offsets.shape == [images, channels],
            "offsets of \(offsets.shape) for \(shape)")
        let rowsPerImage = images == 0 ? 0 : shape.dropLast().reduce(1, *) / images
        var sum = self
        offsets.withPointer { offsets in
            sum.rewrite { y, x, pool in
                for image in 0..<images {
                    let (first, offsets) = (image * rowsPerImage, offsets + image * channels)
                    pool.forEachRows(of: rowsPerImage, width: channels) { rows in
                        let start = (first + rows.lowerBound) * channels
                        ck_add_to_rows(level, y + start, x + start, offsets, rows.count, channels)
                    }
                }
            }
        }
        return sum
    }

    /// Whether no scalar is infinite or NaN.
    package var isFinite: Bool { withPointer { ck_is_finite(device.level.cValue, $0, count) } }
}
