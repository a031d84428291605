import CKernels

/// What products read on their left: rows in the precision of their device.
///
/// A line's place in the first cache depends on its address modulo 4 KiB, and 8 lines fit in a place (x86 since 2013).
/// The AVX-512 kernels read 14 rows at once, so rows a multiple of 4 KiB apart, or half of one, lie a line further apart.
package struct Operand: Sendable {
    /// The extent of each axis, outermost first, as of a tensor.
    package let shape: [Int]
    /// How many scalars lie between the beginnings of two rows.
    let stride: Int
    let storage: Storage
    let offset: Int  // in floats
    /// How feature maps are seen in another size than they are held in; only convolutions read such.
    let enlargement: Enlargement?

    /// The device that its products are computed on.
    var device: Device { storage.device }

    private var precision: Precision { device.precision }

    /// How many scalars of a row are multiplied.
    var run: Int { precision.padded(shape.last ?? 1) }

    /// How many rows there are.
    var rowCount: Int { shape.dropLast().reduce(1, *) }

    /// The rows of a tensor [..., K] in the precision of a device, by default its own: in place where they are floats
    /// well spaced, else a copy.
    package init(_ x: Tensor, on device: Device? = nil) {
        let (width, device) = (x.shape.last ?? 1, device ?? x.device)
        let isSpaced = Self.stride(of: width, on: device) == width || x.count <= width * Self.linesPerPlace
        guard device.precision == .fp32, x.device.precision == .fp32, isSpaced else {
            self.init(x.shape, on: device) { rows, target in
                x.withPointer { target.update(from: $0 + rows.lowerBound * width, count: rows.count * width) }
            }
            return
        }
        self.init(shape: x.shape, stride: width, storage: x.storage, offset: x.offset)
    }

    /// max(x, 0), never held as floats where products are not of floats.
    package init(rectifying x: Tensor) {
        let (width, level) = (x.shape.last ?? 1, x.device.level.cValue)
        self = x.withPointer { scalars in
            Operand(x.shape, on: x.device) { ck_relu(level, $1, scalars + $0.lowerBound * width, $0.count * width) }
        }
    }

    private init(shape: [Int], stride: Int, storage: Storage, offset: Int) {
        (self.shape, self.stride, self.storage, self.offset) = (shape, stride, storage, offset)
        enlargement = nil
    }

    /// Feature maps seen in another size.
    init(_ maps: Operand, height: Int, width: Int) {
        shape = [maps.shape[0], height, width, maps.shape[3]]
        (stride, storage, offset) = (maps.stride, maps.storage, maps.offset)
        enlargement = Enlargement(of: maps.shape, height: height, width: width)
    }

    /// Rows that are not yet written.
    init(uninitialized shape: [Int], on device: Device) {
        let stride = Self.stride(of: shape.last ?? 1, on: device)
        let count = device.precision.floats(shape.dropLast().reduce(1, *) * stride)
        self.init(shape: shape, stride: stride, storage: Storage(count: count, device: device), offset: 0)
    }

    /// Rows that `compute` writes as floats side by side.
    package init(
        _ shape: [Int], on device: Device, compute: (_ rows: Range<Int>, _ floats: UnsafeMutablePointer<Float>) -> Void
    ) {
        self.init(shape, images: 1, on: device) { compute($1, $2) }
    }

    /// Rows that `compute` writes as floats side by side, image by image; rows are counted within their image.
    init(
        _ shape: [Int], images: Int, on device: Device,
        compute: (_ image: Int, _ rows: Range<Int>, _ floats: UnsafeMutablePointer<Float>) -> Void
    ) {
        self.init(uninitialized: shape, on: device)
        let (width, rowsPerImage) = (shape.last ?? 1, rowCount / max(1, images))
        let tiling = Tiling(rows: rowsPerImage, width: width)
        let batch = max(1, Self.batchFloats / max(1, width))  // written and read again while in the first cache
        let isDirect = device.precision == .fp32 && stride == width
        let scratch = WorkerScratch(floats: isDirect ? 0 : batch * width, on: device)
        device.pool.forEach(images * tiling.count) { task, worker in
            let (image, tile) = (task / tiling.count, tiling[task % tiling.count])
            let first = image * rowsPerImage
            if isDirect {
                compute(image, tile, floats + (first + tile.lowerBound) * width)
                return
            }
            for start in Swift.stride(from: tile.lowerBound, to: tile.upperBound, by: batch) {
                let rows = start..<min(tile.upperBound, start + batch)
                compute(image, rows, scratch[worker])
                write(scratch[worker], stride: width, rows: rows.count, columns: width, at: first + start)
            }
        }
    }

    /// Writes floats into some columns of some rows, rounded if the precision says so.
    ///
    ///     source [rows][stride]
    func write(
        _ source: UnsafePointer<Float>, stride sourceStride: Int, rows: Int, columns: Int, at row: Int, column: Int = 0
    ) {
        switch precision {
        case .fp32:
            for index in 0..<rows {
                (floats + (row + index) * stride + column).update(from: source + index * sourceStride, count: columns)
            }
        case .bf16, .int8:
            ck_round_rows(
                device.level.cValue, halves + row * stride + column, stride, source, sourceStride, rows, columns)
        }
    }

    /// Writes the zeros that follow rows of an odd width where scalars are multiplied in pairs.
    func clearPadding() {
        let width = shape.last ?? 1
        guard run > width else { return }
        for row in 0..<rowCount { halves[row * stride + width] = 0 }
    }

    /// The rows as floats.
    package var tensor: Tensor {
        var y = Tensor(uninitialized: shape, on: device)
        let width = shape.last ?? 1
        y.write { y, pool in
            pool.forEachRows(of: rowCount, width: width) { rows in
                for row in rows {
                    let start = (enlargement?[row] ?? row) * stride
                    switch precision {
                    case .fp32: (y + row * width).update(from: floats + start, count: width)
                    case .bf16, .int8:
                        ck_widen_bf16(device.level.cValue, y + row * width, halves + start, width)
                    }
                }
            }
        }
        return y
    }

    /// The same rows under another shape with the same last axis.
    package func reshaped(_ shape: [Int]) -> Operand {
        precondition(
            enlargement == nil && shape.last == self.shape.last && shape.reduce(1, *) == self.shape.reduce(1, *),
            "\(self.shape) reshaped to \(shape)")
        return Operand(shape: shape, stride: stride, storage: storage, offset: offset)
    }

    /// Where the rows lie, while `body` runs.
    func withBytes<Result>(_ body: (UnsafeMutableRawPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafeMutableRawPointer(storage.base + offset)) }
    }

    /// How many bytes lie between the beginnings of two rows.
    var byteStride: Int { stride * precision.byteCount }

    private var floats: UnsafeMutablePointer<Float> { storage.base + offset }

    var halves: UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(storage.base + offset).assumingMemoryBound(to: UInt16.self)
    }

    private static let batchFloats = 4096
    private static let linesPerPlace = 8

    /// The least distance for rows of `width` scalars.
    static func stride(of width: Int, on device: Device) -> Int {
        let padded = device.precision.padded(width)
        return padded.isMultiple(of: 1024) ? padded + 64 / device.precision.byteCount : padded
    }
}
