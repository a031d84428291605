/// A dense array of 32-bit floats: a value, copied on write, whose memory belongs to a device.
///
/// Activations are channels-last: feature maps [N, H, W, C], token sequences [N, T, C].
package struct Tensor: Sendable {
    /// The extent of each axis, outermost first.
    package let shape: [Int]
    private(set) var storage: Storage
    /// Where in the storage the first scalar lies, for views along the first axis.
    private(set) var offset: Int

    /// Memory whose scalars are not yet written; every operation writes all of its result.
    init(uninitialized shape: [Int], on device: Device) {
        precondition(shape.allSatisfy { $0 >= 0 }, "a tensor of shape \(shape)")
        self.shape = shape
        storage = Storage(count: shape.reduce(1, *), device: device)
        offset = 0
    }

    private init(shape: [Int], storage: Storage, offset: Int) {
        self.shape = shape
        self.storage = storage
        self.offset = offset
    }

    /// A tensor of the given scalars in row-major order.
    package init(_ scalars: [Float], shape: [Int], on device: Device) {
        self.init(uninitialized: shape, on: device)
        precondition(scalars.count == count, "\(scalars.count) scalars for shape \(shape)")
        scalars.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            storage.base.update(from: base, count: source.count)
        }
    }

    /// A tensor whose scalars are all `value`.
    package init(repeating value: Float, shape: [Int], on device: Device) {
        self.init(uninitialized: shape, on: device)
        storage.base.update(repeating: value, count: count)
    }

    /// Where the tensor lives.
    package var device: Device { storage.device }

    /// How many scalars there are.
    package var count: Int { shape.reduce(1, *) }

    /// A copy of the scalars in row-major order.
    package var scalars: [Float] { withPointer { Array(UnsafeBufferPointer(start: $0, count: count)) } }

    /// The same scalars under another shape of the same count.
    package func reshaped(_ shape: [Int]) -> Tensor {
        precondition(shape.reduce(1, *) == count, "\(self.shape) reshaped to \(shape)")
        return Tensor(shape: shape, storage: storage, offset: offset)
    }

    /// A view of some entries along the first axis.
    ///
    ///     self [N, …], range in 0..<N → [range.count, …]
    package subscript(range: Range<Int>) -> Tensor {
        precondition(!shape.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape[0], "\(range) of \(shape)")
        let stride = shape.dropFirst().reduce(1, *)
        return Tensor(
            shape: [range.count] + shape.dropFirst(), storage: storage, offset: offset + range.lowerBound * stride)
    }

    /// Reads the scalars in place.
    func withPointer<Result>(_ body: (UnsafePointer<Float>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafePointer(storage.base + offset)) }
    }

    /// Whether no other tensor shares the memory.
    mutating func isUnique() -> Bool { isKnownUniquelyReferenced(&storage) }

    /// Writes the scalars in place, after a copy if another tensor shares them.
    mutating func withMutablePointer<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result
    {
        if !isKnownUniquelyReferenced(&storage) {
            let copy = Storage(count: count, device: storage.device)
            copy.base.update(from: storage.base + offset, count: count)
            storage = copy
            offset = 0
        }
        return try withExtendedLifetime(storage) { try body(storage.base + offset) }
    }
}

/// Scalars in a device's memory, given back to its arena when the last tensor goes.
final class Storage: @unchecked Sendable {
    // Safe to share: `Tensor` writes only through a unique reference.
    let base: UnsafeMutablePointer<Float>
    let device: Device
    private let count: Int
    private let use: Arena.Use

    init(count: Int, device: Device, for use: Arena.Use = .results) {
        base = device.arena.take(floats: count, for: use)
        self.count = count
        self.use = use
        self.device = device
    }

    deinit { device.arena.giveBack(base, floats: count, for: use) }
}
