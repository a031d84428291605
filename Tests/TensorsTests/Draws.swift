import Tensors

/// A repeatable stream of numbers in -1..<1 for tests: a 64-bit linear congruential generator (Knuth's MMIX constants).
///
/// They have 7 bits, so that bfloat16 holds them exactly and products of any precision can be held to the same sums.
struct Draws {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32) >> 24) / 0x1p7
    }

    mutating func tensor(_ shape: [Int], on device: Device) -> Tensor {
        Tensor((0..<shape.reduce(1, *)).map { _ in next() }, shape: shape, on: device)
    }
}
