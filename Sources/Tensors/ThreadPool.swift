import CKernels

/// A fixed set of threads for loops whose iterations are independent.
///
/// The iterations, not the threads, decide where work is split, so a result never depends on the thread count.
final class ThreadPool: @unchecked Sendable {
    // Safe to share: the C pool serialises its callers, and the handle never changes.
    private let handle: OpaquePointer
    let threadCount: Int

    init(threads: Int) {
        precondition(threads >= 1, "a thread pool of \(threads) threads")
        guard let handle = ck_pool_create(Int32(threads)) else { preconditionFailure("no threads to be had") }
        self.handle = handle
        threadCount = threads
    }

    deinit { ck_pool_destroy(handle) }

    /// Runs `body(index, worker)` for each index in `0..<count`; `worker` in `0..<threadCount` is for scratch memory.
    func forEach(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
        guard count > 1 && threadCount > 1 else {
            for index in 0..<count { body(index, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var loop = Loop(body: body)
            withUnsafeMutablePointer(to: &loop) { loop in
                ck_pool_run(
                    handle, Int32(count),
                    { context, index, worker in
                        context?.assumingMemoryBound(to: Loop.self).pointee.body(Int(index), Int(worker))
                    }, loop)
            }
        }
    }

    /// Runs `body` on ranges that cover `0..<count`, for loops where each scalar is computed on its own.
    func forEachChunk(of count: Int, _ body: (Range<Int>) -> Void) {
        forEachRows(of: count, width: 1, body)
    }

    /// Runs `body` on ranges that cover `0..<rows`, for loops where each row of `width` scalars is computed on its own.
    func forEachRows(of rows: Int, width: Int, _ body: (Range<Int>) -> Void) {
        let tiling = Tiling(rows: rows, width: width)
        forEach(tiling.count) { index, _ in body(tiling[index]) }
    }

    private struct Loop {
        let body: (Int, Int) -> Void
    }
}
