/// A tensor that lies in a file, to be read once and in parts: what weights are laid out from.
package struct StoredTensor: Sendable {
    /// The extent of each axis, outermost first.
    package let shape: [Int]
    private let file: MappedFile
    private let byteOffset: Int
    let type: ScalarType
    /// Whether panels are made of it only when they are first multiplied by.
    private(set) var isDeferred = false

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

    /// The same, to become panels only when it is first multiplied by: its file must not change until then.
    package var deferred: StoredTensor {
        var tensor = self
        tensor.isDeferred = true
        return tensor
    }

    /// The scalars as floats in a device's memory.
    package func tensor(on device: Device) -> Tensor {
        var tensor = Tensor(uninitialized: shape, on: device)
        tensor.write { scalars, pool in
            pool.forEachChunk(of: count) { read($0, into: scalars + $0.lowerBound, device.level) }
        }
        forget(by: device.pool)
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
    func copyBytes(to target: UnsafeMutableRawPointer, by pool: ThreadPool) {
        withBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            Self.inPieces(0..<bytes.count, by: pool) { piece in
                (target + piece.lowerBound).copyMemory(from: source + piece.lowerBound, byteCount: piece.count)
            }
        }
        forget(by: pool)
    }

    /// Reads the scalars where they lie.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        file.withBytes(in: range, body)
    }

    private var range: Range<Int> { byteOffset..<byteOffset + count * type.byteCount }

    /// Lets go of the memory that holds what has been read of the file; it is read again if it is asked for again.
    func forget(by pool: ThreadPool) { Self.inPieces(range, by: pool) { file.forget($0) } }

    /// Runs `body` on parts of a range that meet where pages do.
    private static func inPieces(_ range: Range<Int>, by pool: ThreadPool, _ body: (Range<Int>) -> Void) {
        let pieceBytes = 2 << 20
        let first = range.lowerBound / pieceBytes
        pool.forEach((range.upperBound + pieceBytes - 1) / pieceBytes - first) { index, _ in
            let start = (first + index) * pieceBytes
            body(range.clamped(to: start..<start + pieceBytes))
        }
    }
}
