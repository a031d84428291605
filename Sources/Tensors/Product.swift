import CKernels

/// A product of rows found in tensors by a layer's panels, with what is added to it.
///
/// Every scalar of the result is one sum in the order of the depth, whichever tile it is in, so a row has the same
/// bits whatever its neighbours and however many threads compute. OpenBLAS, which multiplies where the CPU has
/// neither AVX2 nor AVX-512, promises no such thing: there the tiles also end where an image ends.
struct Product {
    /// Where a tile's left rows lie: fills [taps][rows] pointers.
    typealias Locate = (_ rows: Range<Int>, _ pointers: UnsafeMutablePointer<UnsafePointer<Float>?>) -> Void

    let panels: Panels
    var taps = 1
    let images: Int
    let rowsPerImage: Int
    let bias: Tensor?
    let residual: Tensor?

    private var run: Int { panels.depth / taps }

    /// Computes the product on a device; `zeros` is a row that `locate` points at where there is nothing to see.
    ///
    ///     → shape, of images · rowsPerImage rows of panels.columns scalars
    func callAsFunction(
        shape: [Int], on device: Device, zeros: UnsafePointer<Float>? = nil, locate: Locate
    ) -> Tensor {
        precondition(bias.map { $0.shape == [panels.columns] } ?? true, "a bias of \(bias?.shape ?? []) for \(shape)")
        precondition(residual.map { $0.shape == shape } ?? true, "a residual of \(residual?.shape ?? []) for \(shape)")
        let blas = device.level == .portable
        let parts = blas ? images : 1
        let rows = images * rowsPerImage / max(1, parts)
        let tiles = ProductTiles(rows: rows, columns: panels.columns, depth: panels.depth)
        let pointers = 2 * taps * tiles.rowsPerTile  // a pointer is as large as two floats
        let gathered = ck_product.gatheredFloats(rows: tiles.rowsPerTile, run: run, device.level)
        let scratch = WorkerScratch(floats: pointers + gathered, on: device)
        var result = Tensor(uninitialized: shape, on: device)
        panels.scalars.withPointer { weights in
            bias.withOptionalPointer { bias in
                residual.withOptionalPointer { residual in
                    result.withMutablePointer { result in
                        device.pool.forEach(parts * tiles.count) { index, worker in
                            // Images innermost: tasks that run at the same time read the same weights.
                            let (position, part) = index.quotientAndRemainder(dividingBy: parts)
                            let tile = tiles[position]
                            let first = part * rows + tile.rows.lowerBound
                            let left = scratch.pointers(worker)
                            locate(first..<first + tile.rows.count, left)
                            let at = first * panels.columns + tile.columns.lowerBound
                            let product = ck_product(
                                left: UnsafePointer(left), rows: tile.rows.count, taps: taps, run: run, zeros: zeros,
                                panels: weights + tile.columns.lowerBound * panels.depth, columns: tile.columns.count,
                                bias: bias.map { $0 + tile.columns.lowerBound }, residual: residual.map { $0 + at },
                                result: result + at, stride: panels.columns)
                            product.multiply(device.level, gatheringIn: scratch[worker] + pointers)
                        }
                    }
                }
            }
        }
        return result
    }
}

extension Tensor? {
    /// Reads the scalars in place, if there is a tensor.
    func withOptionalPointer<Result>(_ body: (UnsafePointer<Float>?) throws -> Result) rethrows -> Result {
        guard let self else { return try body(nil) }
        return try self.withPointer { try body($0) }
    }
}
