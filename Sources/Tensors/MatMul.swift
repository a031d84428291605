/// The weights of a linear layer, one output feature a row, laid out once for the products to come.
package struct LinearWeights: Sendable {
    /// How many features go in.
    package let inputs: Int
    /// How many features come out.
    package let outputs: Int
    /// Laid out [inputs, outputs].
    let matrix: Tensor

    /// Lays out a checkpoint's weight [outputs, inputs].
    package init(_ weight: Tensor) {
        precondition(weight.shape.count == 2, "linear weights of shape \(weight.shape)")
        outputs = weight.shape[0]
        inputs = weight.shape[1]
        matrix = weight.transposedMatrices(count: 1)
    }
}

/// `x · weightsᵀ + bias + residual`.
///
///     x [..., K], weights [N, K], bias [N], residual [..., N] → [..., N]
///
/// The first axis of `x` counts images, whose results do not depend on their neighbours.
package func linear(_ x: Tensor, _ weights: LinearWeights, bias: Tensor?, residual: Tensor? = nil) -> Tensor {
    let (inputs, outputs) = (weights.inputs, weights.outputs)
    precondition(x.shape.last == inputs, "linear [\(outputs), \(inputs)] of \(x.shape)")
    precondition(bias.map { $0.shape == [outputs] } ?? true, "a bias of \(bias?.shape ?? []) for \(outputs) outputs")
    let shape = Array(x.shape.dropLast()) + [outputs]
    precondition(residual.map { $0.shape == shape } ?? true, "a residual of \(residual?.shape ?? []) for \(shape)")

    let images = x.shape.count > 1 ? x.shape[0] : 1
    let rows = x.shape.dropLast().dropFirst().reduce(1, *)
    var result = Tensor(uninitialized: shape, on: x.device)
    let tiles = ProductTiles(rows: rows, columns: outputs)
    x.withPointer { x in
        weights.matrix.withPointer { matrix in
            bias.withOptionalPointer { bias in
                residual.withOptionalPointer { residual in
                    result.withMutablePointer { y in
                        let start = ProductStart(bias: bias, residual: residual)
                        weights.matrix.device.pool.forEach(images * tiles.count) { index, _ in
                            let (position, image) = index.quotientAndRemainder(dividingBy: images)
                            let tile = tiles[position]
                            let first = image * rows + tile.rows.lowerBound
                            let range = first..<first + tile.rows.count
                            if !start.isZero { start.write(to: y, stride: outputs, rows: range, columns: tile.columns) }
                            multiply(
                                MatrixPointer(base: x + first * inputs, stride: inputs),
                                MatrixPointer(base: matrix + tile.columns.lowerBound, stride: outputs),
                                into: y + first * outputs + tile.columns.lowerBound, stride: outputs,
                                rows: tile.rows.count, columns: tile.columns.count, depth: inputs,
                                accumulating: !start.isZero)
                        }
                    }
                }
            }
        }
    }
    return result
}

/// Matrix product `a · bᵀ` of two activations.
///
///     a [M, K], b [N, K] → [M, N]
package func matmul(_ a: Tensor, transposed b: Tensor) -> Tensor {
    precondition(
        a.shape.count == 2 && b.shape.count == 2 && a.shape[1] == b.shape[1],
        "matmul of \(a.shape) with transposed \(b.shape)")
    let (rows, depth, columns) = (a.shape[0], a.shape[1], b.shape[0])
    var result = Tensor(uninitialized: [rows, columns], on: a.device)
    let tiles = ProductTiles(rows: rows, columns: columns)
    let pool = a.device.pool
    a.withPointer { a in
        b.withPointer { b in
            result.withMutablePointer { c in
                pool.forEach(tiles.count) { index, _ in
                    let tile = tiles[index]
                    multiply(
                        MatrixPointer(base: a + tile.rows.lowerBound * depth, stride: depth),
                        MatrixPointer(base: b + tile.columns.lowerBound * depth, stride: depth), transposed: true,
                        into: c + tile.rows.lowerBound * columns + tile.columns.lowerBound, stride: columns,
                        rows: tile.rows.count, columns: tile.columns.count, depth: depth)
                }
            }
        }
    }
    return result
}

extension Tensor {
    /// Each of `count` equal matrices transposed.
    ///
    ///     self [R, C] or [count, R, C] → [count · C, R]
    func transposedMatrices(count matrices: Int) -> Tensor {
        let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
        var result = Tensor(uninitialized: [matrices * columns, rows], on: device)
        withPointer { source in
            result.withMutablePointer { target in
                let block = 32
                let bands = (columns + block - 1) / block
                device.pool.forEach(matrices * bands) { index, _ in
                    let (matrix, band) = index.quotientAndRemainder(dividingBy: bands)
                    let source = source + matrix * rows * columns
                    let target = target + matrix * rows * columns
                    for row in stride(from: 0, to: rows, by: block) {
                        for column in band * block..<min(columns, (band + 1) * block) {
                            for row in row..<min(rows, row + block) {
                                target[column * rows + row] = source[row * columns + column]
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}

extension Tensor {
    /// The same blocks in transposed order.
    ///
    ///     self [A · B, D] → [B · A, D]
    func swappingLeadingAxes(_ a: Int, _ b: Int) -> Tensor {
        let width = count / (a * b)
        var result = Tensor(uninitialized: [b * a, width], on: device)
        withPointer { source in
            result.withMutablePointer { target in
                device.pool.forEach(a) { i, _ in
                    for j in 0..<b {
                        (target + (j * a + i) * width).update(from: source + (i * b + j) * width, count: width)
                    }
                }
            }
        }
        return result
    }
}
