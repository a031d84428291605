import CKernels

/// A product of rows found in operands by a layer's panels, with a bias.
///
/// Every scalar of the result is one sum in the order of the depth, whichever tile it is in, so a row has the same
/// bits whatever its neighbours and however many threads compute. OpenBLAS, which multiplies floats where the CPU has
/// neither AVX2 nor AVX-512, promises no such thing: there the tiles also end where an image ends.
struct Product {
    /// Where a tile's left rows lie: fills [taps][rows] pointers.
    typealias Locate = (_ rows: Range<Int>, _ pointers: UnsafeMutablePointer<UnsafeRawPointer?>) -> Void

    let panels: Panels
    let images: Int
    let rowsPerImage: Int
    let bias: Tensor?

    /// Computes the product and a residual, which may lie where the result goes; `zeros` is a row that `locate` points at
    /// where there is nothing to see.
    ///
    ///     residual, result [images · rowsPerImage, panels.columns]
    func write(
        into result: UnsafeMutablePointer<Float>, adding residual: UnsafePointer<Float>? = nil, on device: Device,
        zeros: UnsafeRawPointer? = nil, locate: Locate
    ) {
        forEachTile(on: device, zeros: zeros, locate: locate) { tile, _ in
            let at = tile.rows.lowerBound * panels.columns + tile.columns.lowerBound
            tile.multiply(into: result + at, stride: panels.columns, residual: residual.map { $0 + at })
        }
    }

    /// Computes the product as the left side of another one, each scalar through a GELU if there is one.
    ///
    ///     → shape, of images · rowsPerImage rows of panels.columns scalars
    func operand(
        shape: [Int], on device: Device, zeros: UnsafeRawPointer? = nil, gelu form: GELU?, locate: Locate
    ) -> Operand {
        let (result, level) = (Operand(uninitialized: shape, on: device), device.level)
        let isRounded = device.precision != .fp32
        if isRounded { result.clearPadding() }
        if form == nil && isRounded && !panels.isQuantized {
            forEachTile(on: device, zeros: zeros, locate: locate) { tile, _ in
                tile.multiply(intoHalves: tile.place(in: result), stride: result.stride)
            }
            return result
        }
        forEachTile(on: device, zeros: zeros, scratch: true, locate: locate) { tile, floats in
            let (rows, columns) = (tile.rows.count, tile.columns.count)
            tile.multiply(into: floats, stride: columns, residual: nil)
            if let form, isRounded {
                let halves = tile.place(in: result)
                form.round(floats, rows: rows, columns: columns, into: halves, stride: result.stride, level: level)
                return
            }
            form?.map(level.cValue, floats, floats, rows * columns)
            tile.write(floats, to: result)
        }
        return result
    }

    /// Computes the left half of the columns times the exact GELU of the right half, as the left side of a product.
    ///
    ///     → shape, of images · rowsPerImage rows of panels.columns / 2 scalars
    func gated(shape: [Int], on device: Device, locate: Locate) -> Operand {
        let half = panels.columns / 2
        let (result, level) = (Operand(uninitialized: shape, on: device), device.level.cValue)
        forEachTile(on: device, columns: half, scratch: true, locate: locate) { tile, floats in
            let (rows, columns) = (tile.rows.count, tile.columns.count)
            let both = floats + rows * columns
            tile.multiply(into: both, stride: 2 * columns, residual: nil)
            tile.moved(by: half).multiply(into: both + columns, stride: 2 * columns, residual: nil)
            guard device.precision == .fp32 else {
                ck_geglu_rounded(level, tile.place(in: result), result.stride, both, rows, columns)
                return
            }
            ck_geglu(level, floats, both, rows, columns)
            tile.write(floats, to: result)
        }
        return result
    }

    /// A tile's part of the product, ready to be computed.
    private struct Tile {
        let rows: Range<Int>
        let columns: Range<Int>
        let panels: Panels
        let bias: UnsafePointer<Float>?
        let left: UnsafeMutablePointer<UnsafeRawPointer?>
        let zeros: UnsafeRawPointer?
        let gathering: UnsafeMutablePointer<Float>
        let device: Device

        /// The tile of other columns, a multiple of a panel's width further.
        func moved(by count: Int) -> Tile {
            Tile(
                rows: rows, columns: columns.lowerBound + count..<columns.upperBound + count, panels: panels,
                bias: bias, left: left, zeros: zeros, gathering: gathering, device: device)
        }

        /// Where the tile lies in a result of bfloat16.
        func place(in result: Operand) -> UnsafeMutablePointer<UInt16> {
            result.halves + rows.lowerBound * result.stride + columns.lowerBound
        }

        /// Writes the tile's scalars, side by side, into a result.
        func write(_ floats: UnsafePointer<Float>, to result: Operand) {
            result.write(
                floats, stride: columns.count, rows: rows.count, columns: columns.count, at: rows.lowerBound,
                column: columns.lowerBound)
        }

        func multiply(into result: UnsafeMutablePointer<Float>, stride: Int, residual: UnsafePointer<Float>?) {
            var product = product(stride: stride)
            (product.result, product.residual) = (result, residual)
            panels.isQuantized
                ? product.multiplyIntegers(device) : product.multiply(device, gatheringIn: gathering)
        }

        /// Rounds the results to bfloat16.
        func multiply(intoHalves result: UnsafeMutablePointer<UInt16>, stride: Int) {
            var product = product(stride: stride)
            product.rounded = result
            product.multiply(device, gatheringIn: gathering)
        }

        private func product(stride: Int) -> ck_product {
            let first = columns.lowerBound / Panels.width * panels.stride * panels.byteCount
            return ck_product(
                left: UnsafePointer(left), rows: rows.count, taps: panels.taps, run: panels.run, zeros: zeros,
                panels: UnsafeRawPointer(panels.storage.base) + first, panel_stride: panels.stride,
                columns: columns.count, bias: bias.map { $0 + columns.lowerBound }, residual: nil, result: nil,
                stride: stride, rounded: nil, softmax: nil)
        }
    }

    private func forEachTile(
        on device: Device, columns: Int? = nil, zeros: UnsafeRawPointer? = nil, scratch hasScratch: Bool = false,
        locate: Locate, _ body: (_ tile: Tile, _ scratch: UnsafeMutablePointer<Float>) -> Void
    ) {
        precondition(bias.map { $0.shape == [panels.columns] } ?? true, "a bias of \(bias?.shape ?? [])")
        precondition(
            device.precision.operand == panels.device.precision.operand,
            "\(device.precision) by \(panels.device.precision)")
        let parts = device.level == .portable ? images : 1
        let rows = images * rowsPerImage / max(1, parts)
        let taps = panels.taps
        let tiles = ProductTiles(rows: rows, columns: columns ?? panels.columns, depth: taps * panels.run)
        let pointers = 2 * taps * tiles.rowsPerTile  // a pointer is as large as two floats
        let gathered = ck_product.gatheredFloats(rows: tiles.rowsPerTile, run: panels.run, device)
        let own = hasScratch ? 3 * tiles.rowsPerTile * tiles.columnsPerTile : 0
        let scratch = WorkerScratch(floats: pointers + gathered + own, on: device)
        bias.withOptionalPointer { bias in
            device.pool.forEach(parts * tiles.count) { index, worker in
                // Images innermost: tasks that run at the same time read the same weights.
                let (position, part) = index.quotientAndRemainder(dividingBy: parts)
                let tile = tiles[position]
                let rows = part * rows + tile.rows.lowerBound..<part * rows + tile.rows.upperBound
                let left = scratch.pointers(worker)
                locate(rows, left)
                let gathering = scratch[worker] + pointers
                body(
                    Tile(
                        rows: rows, columns: tile.columns, panels: panels, bias: bias, left: left, zeros: zeros,
                        gathering: gathering, device: device), gathering + gathered)
            }
        }
    }
}

extension Tensor? {
    /// Reads the scalars in place, if there is a tensor.
    func withOptionalPointer<Result>(_ body: (UnsafePointer<Float>?) throws -> Result) rethrows -> Result {
        guard let self else { return try body(nil) }
        return try self.withPointer { try body($0) }
    }
}
