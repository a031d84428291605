import CKernels

extension Tensor {
    /// What `compute` writes, each scalar once after it has read the residual's: in place where no other tensor shares the
    /// residual's memory, so that one map is brought from memory and written back in place of two.
    init(
        _ shape: [Int], on device: Device, adding residual: consuming Tensor?,
        compute: (_ result: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?) -> Void
    ) {
        guard var sum = consume residual else {
            self.init(uninitialized: shape, on: device)
            withMutablePointer { compute($0, nil) }
            return
        }
        precondition(sum.shape == shape, "a residual of \(sum.shape) for \(shape)")
        sum.rewrite { result, residual, _ in compute(result, residual) }
        self = sum
    }

    /// Writes the scalars of a tensor that no other shares.
    mutating func write(_ body: (_ scalars: UnsafeMutablePointer<Float>, _ pool: ThreadPool) -> Void) {
        let device = device
        withMutablePointer { body($0, device.pool) }
    }

    /// Replaces the scalars by what `body` computes from them: in place where no other tensor shares the memory.
    mutating func rewrite(
        _ body: (_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ pool: ThreadPool) -> Void
    ) {
        if isUnique() {
            write { body($0, UnsafePointer($0), $1) }
        } else {
            var fresh = Tensor(uninitialized: shape, on: device)
            withPointer { x in
                fresh.write { body($0, x, $1) }
            }
            self = fresh
        }
    }

    /// A kernel that computes each scalar from the one in its place.
    typealias Map = (_ level: ck_level, _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ n: Int) -> Void

    /// Each scalar through a kernel.
    consuming func mapped(_ kernel: Map) -> Tensor {
        let (count, level) = (count, device.level.cValue)
        var result = self
        result.rewrite { y, x, pool in
            pool.forEachChunk(of: count) { kernel(level, y + $0.lowerBound, x + $0.lowerBound, $0.count) }
        }
        return result
    }

    /// A kernel that computes each scalar from the two in its place.
    typealias Map2 = (
        _ level: ck_level, _ y: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ n: Int
    ) -> Void

    /// Each scalar and its peer through a kernel.
    consuming func mapped(with other: Tensor, _ kernel: Map2) -> Tensor {
        precondition(shape == other.shape, "\(shape) combined with \(other.shape)")
        let (count, level) = (count, device.level.cValue)
        var result = self
        other.withPointer { other in
            result.rewrite { y, x, pool in
                pool.forEachChunk(of: count) {
                    kernel(level, y + $0.lowerBound, x + $0.lowerBound, other + $0.lowerBound, $0.count)
                }
            }
        }
        return result
    }

    /// A kernel that computes each row, along the last axis, from the one in its place.
    typealias MapRows = (
        _ level: ck_level, _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ rows: Int, _ columns: Int
    ) -> Void

    /// Replaces each row by what a kernel computes from it.
    mutating func rewriteRows(_ kernel: MapRows) {
        let (width, level) = (shape.last ?? 1, device.level.cValue)
        let rows = shape.dropLast().reduce(1, *)
        rewrite { y, x, pool in
            pool.forEachRows(of: rows, width: width) {
                kernel(level, y + $0.lowerBound * width, x + $0.lowerBound * width, $0.count, width)
            }
        }
    }
}
