import CKernels

/// The rows that a product reads: an operand's own or, by quantized panels, 8-bit integers made of them.
struct LeftRows {
    /// How many bytes lie between the beginnings of two rows.
    let byteStride: Int
    private let storage: Storage
    private let offset: Int  // in floats

    init(of x: Operand, by panels: Panels) {
        precondition(x.enlargement == nil, "rows of enlarged maps")
        if panels.isQuantized { self.init(quantizing: x) } else { self.init(inPlace: x) }
    }

    private init(inPlace x: Operand) { (byteStride, storage, offset) = (x.byteStride, x.storage, x.offset) }

    /// Rounds each row to a scale of its own, so that it gives the same integers whatever its neighbours.
    private init(quantizing x: Operand) {
        precondition(x.device.precision != .fp32, "integers from rows in \(x.device.precision)")
        let (width, device) = (x.shape.last ?? 1, x.device)
        let stride = Self.byteStride(of: width)
        (byteStride, offset) = (stride, 0)
        storage = Storage(count: x.rowCount * stride / MemoryLayout<Float>.size, device: device)
        let target = UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: UInt8.self)
        x.withBytes { _ in
            device.pool.forEachRows(of: x.rowCount, width: width) { rows in
                ck_quantize_rows(
                    device.level.cValue, target + rows.lowerBound * stride, stride,
                    x.halves + rows.lowerBound * x.stride, x.stride, rows.count, width)
            }
        }
    }

    /// An odd number of cache lines, so that the rows that a kernel reads at once lie in different places of the cache.
    private static func byteStride(of width: Int) -> Int {
        let bytes = Panels.quantizedRun(width) + MemoryLayout<Float>.size
        return ((bytes + 63) / 64 | 1) * 64
    }

    /// Where the rows lie, while `body` runs.
    func withBytes<Result>(_ body: (UnsafeMutableRawPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafeMutableRawPointer(storage.base + offset)) }
    }
}
