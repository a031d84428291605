import COpenBLAS

/// Where tensors live and are computed: a pool of threads and an arena of reusable memory.
///
/// A tensor keeps its device, so operations need no context argument. OpenBLAS is held to one thread: the pool
/// splits products at boundaries that depend on shapes alone, which makes results independent of `threadCount`.
package final class Device: Sendable {
    let pool: ThreadPool
    let arena: Arena
    /// The instruction set that the kernels use.
    package let level: KernelLevel
    /// What products are computed in.
    package let precision: Precision

    /// A device that computes on `threads` threads, the caller's included.
    ///
    /// A `level` below the best is for tests: it must be one of `KernelLevel.supported`.
    package init(threads: Int, level: KernelLevel = .best, precision: Precision = .fp32) {
        precondition(KernelLevel.supported.contains(level), "this CPU does not run \(level)")
        self.level = level
        self.precision = precision
        openblas_set_num_threads(1)
        pool = ThreadPool(threads: threads)
        arena = Arena()
    }

    private init(_ other: Device, precision: Precision) {
        (pool, arena, level) = (other.pool, other.arena, other.level)
        self.precision = precision
    }

    /// The same threads and memory for products of another precision.
    package func computing(in precision: Precision) -> Device {
        precision == self.precision ? self : Device(self, precision: precision)
    }

    /// The same threads and memory for products of bfloat16 where those here are of integers: for what is computed too
    /// seldom to be worth their error.
    package var withoutIntegers: Device { computing(in: precision == .int8 ? .bf16 : precision) }

    /// How many threads compute.
    package var threadCount: Int { pool.threadCount }

    /// Values that don't depend on each other, in their order, made on the device's threads; `value` computes no tensors.
    package func map<Value: Sendable>(_ count: Int, _ value: @Sendable (Int) -> Value) -> [Value] {
        var values = [Value?](repeating: nil, count: count)
        values.withUnsafeMutableBufferPointer { values in
            pool.forEach(count) { index, _ in values[index] = value(index) }
        }
        return values.compactMap { $0 }
    }

    /// What the device's memory has cost so far.
    package var arenaStatistics: ArenaStatistics { arena.statistics }

    /// Gives memory that no tensor uses back to the system, if it is more than so many bytes.
    package func trimMemory(above byteCount: Int = 0) {
        let statistics = arenaStatistics
        if statistics.heldBytes - statistics.liveBytes > byteCount { arena.trim() }
    }
}
