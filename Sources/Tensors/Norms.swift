import CKernels

/// Softmax along the last axis.
package func softmax(_ x: consuming Tensor) -> Tensor {
    var y = x
    y.rewriteRows { ck_softmax_rows($0, $1, $2, $3, $4) }
    return y
}

/// Layer normalisation along the last axis.
///
///     x [..., D], scale [D], shift [D] → as x
package func layerNorm(_ x: consuming Tensor, scale: Tensor, shift: Tensor, epsilon: Float) -> Tensor {
    let width = x.shape.last ?? 1
    precondition(
        scale.shape == [width] && shift.shape == [width], "layerNorm of \(x.shape) by \(scale.shape), \(shift.shape)")
    var y = x
    scale.withPointer { scale in
        shift.withPointer { shift in
            y.rewriteRows { ck_layer_norm_rows($0, $1, $2, scale, shift, epsilon, $3, $4) }
        }
    }
    return y
}

/// Layer normalisation along the last axis, as what a product reads.
///
///     x [..., D], scale [D], shift [D] → as x
package func layerNormOperand(_ x: Tensor, scale: Tensor, shift: Tensor, epsilon: Float) -> Operand {
    let (shape, device) = (x.shape, x.device)
    let (width, level) = (shape.last ?? 1, device.level.cValue)
    precondition(
        scale.shape == [width] && shift.shape == [width], "layerNorm of \(x.shape) by \(scale.shape), \(shift.shape)")
    return x.withPointer { x in
        scale.withPointer { scale in
            shift.withPointer { shift in
                Operand(shape, on: device) {
                    ck_layer_norm_rows(
                        level, $1, x + $0.lowerBound * width, scale, shift, epsilon, $0.count, width)
                }
            }
        }
    }
}

/// Group normalisation of feature maps, optionally followed by SiLU in the same pass, as what a product reads.
///
///     x [N, H, W, C] (or [N, T, C]), scale [C], shift [C] → as x
///
/// Each image is cut into tiles of rows by its own extents, and the tiles' sums are joined in order, so that an
/// image's result depends neither on its neighbours in the batch nor on the thread count.
package func groupNorm(
    _ x: Tensor, scale: Tensor, shift: Tensor, groups: Int, epsilon: Float, silu: Bool
) -> Operand {
    let (shape, level) = (x.shape, x.device.level.cValue)
    precondition(shape.count >= 2, "groupNorm of \(shape)")
    let (images, channels) = (shape[0], shape[shape.count - 1])
    precondition(
        scale.shape == [channels] && shift.shape == [channels] && groups > 0 && channels % groups == 0,
        "groupNorm of \(shape) in \(groups) groups by \(scale.shape), \(shift.shape)")
    let rowsPerImage = shape.dropFirst().dropLast().reduce(1, *)
    let coefficients = groupCoefficients(
        x, Tiling(rows: rowsPerImage, width: channels), scale: scale, shift: shift, groups: groups, epsilon: epsilon)
    return x.withPointer { scalars in
        coefficients.withPointer { coefficients in
            Operand(shape, images: images, on: x.device) { image, rows, y in
                let a = coefficients + image * 2 * channels
                let x = scalars + (image * rowsPerImage + rows.lowerBound) * channels
                ck_affine_rows(level, y, x, a, a + channels, silu, rows.count, channels)
            }
        }
    }
}

/// What group normalisation does to each image's channels, y = a x + b.
///
///     x [N, ..., C] → [N, 2, C], first a and then b
private func groupCoefficients(
    _ x: borrowing Tensor, _ tiling: Tiling, scale: Tensor, shift: Tensor, groups: Int, epsilon: Float
) -> Tensor {
    let (images, channels, level) = (x.shape[0], scale.count, x.device.level.cValue)
    // Memory for doubles [N, tiles, groups, 2]; a tensor's scalars begin at a multiple of 64 bytes.
    var sums = Tensor(uninitialized: [images, tiling.count, groups, 4], on: x.device)
    var coefficients = Tensor(uninitialized: [images, 2, channels], on: x.device)
    sums.write { sums, pool in
        let sums = UnsafeMutableRawPointer(sums).assumingMemoryBound(to: Double.self)
        x.withPointer { x in
            pool.forEach(images * tiling.count) { task, _ in
                let (image, rows) = (task / tiling.count, tiling[task % tiling.count])
                let start = (image * tiling.rows + rows.lowerBound) * channels
                ck_group_sums(level, sums + task * groups * 2, x + start, rows.count, channels, groups)
            }
        }
        coefficients.write { coefficients, _ in
            scale.withPointer { scale in
                shift.withPointer { shift in
                    for image in 0..<images {
                        let a = coefficients + image * 2 * channels
                        ck_group_coefficients(
                            a, a + channels, sums + image * tiling.count * groups * 2, scale, shift, epsilon,
                            tiling.count, tiling.rows, channels, groups)
                    }
                }
            }
        }
    }
    return coefficients
}

extension Tensor {
    /// Each vector along the last axis divided by its Euclidean length.
    package consuming func normalized() -> Tensor {
        var unit = self
        unit.rewriteRows { ck_normalize_rows($0, $1, $2, $3, $4) }
        return unit
    }
}
