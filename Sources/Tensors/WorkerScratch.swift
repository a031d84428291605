/// Memory of its own for each thread of a device's pool, while a loop runs.
final class WorkerScratch {
    private let storage: Storage
    private let floats: Int

    /// `floats` scalars for each worker, from the device's arena.
    init(floats count: Int, on device: Device) {
        // A multiple of a cache line, so that threads never write to the same one.
        floats = (count + 15) / 16 * 16
        storage = Storage(count: floats * device.threadCount, device: device)
    }

    subscript(worker: Int) -> UnsafeMutablePointer<Float> { storage.base + worker * floats }

    /// The beginning of a worker's memory as pointers, each of which takes the place of two scalars.
    func pointers(_ worker: Int) -> UnsafeMutablePointer<UnsafeRawPointer?> {
        UnsafeMutableRawPointer(self[worker]).assumingMemoryBound(to: UnsafeRawPointer?.self)
    }

    /// A worker's memory as 16-bit scalars.
    func halves(_ worker: Int) -> UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(self[worker]).assumingMemoryBound(to: UInt16.self)
    }
}
