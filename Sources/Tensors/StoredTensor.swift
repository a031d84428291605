/// A tensor that lies in a file, to be read once and in parts: what weights are laid out from.
package struct StoredTensor: Sendable {
    /// The extent of each axis, outermost first.
    package let shape: [Int]
    private let file: MappedFile
    private let byteOffset: Int
    let type: ScalarType

    /// The scalars that a file holds, in row-major order and little-endian, from a byte offset of any alignment on.
    ///
    /// The caller has checked that the file is long enough.
    package init(mapped file: MappedFile, byteOffset: Int, type: ScalarType, shape: [Int]) {
        let (width, count) = (type.byteCount, shape.reduce(1, *))
        precondition(
            byteOffset >= 0 && byteOffset <= file.size && count <= (file.size - byteOffset) / width,
            "\(shape) scalars of \(width) bytes at \(byteOffset) of a file of \(file.size)")
        (self.file, self.byteOffset, self.type, self.shape) = (file, byteOffset, type, shape)
    }

    /// How many scalars there are.
    package var count: Int { shape.reduce(1, *) }

    /// The scalars as floats in a device's memory.
    package func tensor(on device: Device) -> Tensor {
        var tensor = Tensor(uninitialized: shape, on: device)
        tensor.write { scalars, pool in
            pool.forEachChunk(of: count) { read($0, into: scalars + $0.lowerBound, device.level) }
        }
        forget()
        return tensor
    }

    /// Widens some of the scalars.
    func read(_ range: Range<Int>, into y: UnsafeMutablePointer<Float>, _ level: KernelLevel) {
        let start = byteOffset + range.lowerBound * type.byteCount
        file.withBytes(in: start..<start + range.count * type.byteCount) { bytes in
            guard let x = bytes.baseAddress else { return }
            type.widen(x, into: y, count: range.count, level)
        }
    }

    /// Copies the scalars as they are.
    func copyBytes(to target: UnsafeMutableRawPointer) {
        file.withBytes(in: byteOffset..<byteOffset + count * type.byteCount) { bytes in
            guard let source = bytes.baseAddress else { return }
            target.copyMemory(from: source, byteCount: bytes.count)
        }
        forget()
    }

    /// Lets go of the memory that holds what has been read of the file; it is read again if it is asked for again.
    func forget() { file.forget(byteOffset..<byteOffset + count * type.byteCount) }
}
