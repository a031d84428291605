/// Rows of scalars as a checkpoint holds them, widened when they are looked up: 16 bits stay 16 bits.
package struct ScalarTable: Sendable {
    /// The extents [R, D].
    package let shape: [Int]
    private let type: ScalarType
    private let storage: Storage

    /// Copies a file's rows.
    ///
    ///     rows [R, D]
    package init(_ rows: StoredTensor, on device: Device) {
        precondition(rows.shape.count == 2, "a table of shape \(rows.shape)")
        (shape, type) = (rows.shape, rows.type)
        let storage = Storage(count: (rows.count * rows.type.byteCount + 3) / 4, device: device, for: .weights)
        rows.copyBytes(to: UnsafeMutableRawPointer(storage.base), by: device.pool)
        self.storage = storage
    }

    /// Rows picked by index.
    ///
    ///     indices of length T → [T, D]
    package func callAsFunction(_ indices: [Int]) -> Tensor {
        var picked = Tensor(uninitialized: [indices.count, shape[1]], on: storage.device)
        let bytes = UnsafeRawPointer(storage.base)
        picked.write { picked, _ in
            for (position, index) in indices.enumerated() {
                precondition(index >= 0 && index < shape[0], "row \(index) of \(shape[0])")
                type.widen(
                    bytes + index * shape[1] * type.byteCount, into: picked + position * shape[1], count: shape[1],
                    storage.device.level)
            }
        }
        return picked
    }
}
