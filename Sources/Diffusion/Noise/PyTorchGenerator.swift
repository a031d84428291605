import Glibc

/// The random numbers of PyTorch's CPU generator: the same seed gives the numbers of `torch.randn` in float32.
///
/// A Mersenne Twister (MT19937, Matsumoto & Nishimura 1998) under the two Box-Muller transforms of ATen's
/// `DistributionTemplates.h`, which gives sixteen numbers or more another order than fewer.
package struct PyTorchGenerator: Sendable {
    private static let stateCount = 624
    private static let middle = 397
    private static let blockCount = 16

    private var state: [UInt32]
    private var next = Self.stateCount
    private var spare: Double?  // the second of the last pair that the short transform drew

    /// The generator after `manual_seed`; only the seed's low 32 bits count.
    package init(seed: UInt64) {
        state = [UInt32](repeating: UInt32(truncatingIfNeeded: seed), count: Self.stateCount)
        for index in 1..<Self.stateCount {
            let previous = state[index - 1]
            state[index] = 1_812_433_253 &* (previous ^ previous >> 30) &+ UInt32(index)
        }
    }

    /// What `torch.randn(count)` would draw next, within 1e-6.
    package mutating func normals(_ count: Int) -> [Float] {
        guard count >= Self.blockCount else { return (0..<count).map { _ in Float(nextNormal()) } }
        var numbers = (0..<count).map { _ in nextUniform() }
        for start in stride(from: 0, through: count - Self.blockCount, by: Self.blockCount) {
            Self.transform(&numbers, from: start)
        }
        if count % Self.blockCount != 0 {  // the last block is drawn anew, over the end of the one before
            let start = count - Self.blockCount
            for index in start..<count { numbers[index] = nextUniform() }
            Self.transform(&numbers, from: start)
        }
        return numbers
    }

    /// What `torch.rand(count)` would draw next, bit for bit.
    package mutating func uniforms(_ count: Int) -> [Float] { (0..<count).map { _ in nextUniform() } }

    /// Box-Muller within a block: the first half are radii, the second angles.
    private static func transform(_ numbers: inout [Float], from start: Int) {
        let half = blockCount / 2
        for index in start..<start + half {
            let radius = (-2 * log(1 - numbers[index])).squareRoot()
            let angle = Float(2 * Double.pi) * numbers[index + half]  // `Float.pi` is rounded down
            numbers[index] = radius * cos(angle)
            numbers[index + half] = radius * sin(angle)
        }
    }

    /// Box-Muller in double precision, a pair at a time.
    private mutating func nextNormal() -> Double {
        if let number = spare {
            spare = nil
            return number
        }
        let angle = 2 * Double.pi * nextDoubleUniform()
        let radius = (-2 * log1p(-nextDoubleUniform())).squareRoot()
        spare = radius * sin(angle)
        return radius * cos(angle)
    }

    /// Uniform in 0..<1, of 24 bits.
    private mutating func nextUniform() -> Float { Float(nextWord() & 0xFF_FFFF) * 0x1p-24 }

    /// Uniform in 0..<1, of 53 bits.
    private mutating func nextDoubleUniform() -> Double {
        let high = UInt64(nextWord())
        return Double((high << 32 | UInt64(nextWord())) & (1 << 53 - 1)) * 0x1p-53
    }

    private mutating func nextWord() -> UInt32 {
        if next == Self.stateCount { twist() }
        var word = state[next]
        next += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9D2C_5680
        word ^= word << 15 & 0xEFC6_0000
        return word ^ word >> 18
    }

    private mutating func twist() {
        for index in 0..<Self.stateCount {
            let mixed = state[index] & 0x8000_0000 | state[(index + 1) % Self.stateCount] & 0x7FFF_FFFF
            let partner = state[(index + Self.middle) % Self.stateCount]
            state[index] = partner ^ mixed >> 1 ^ (mixed & 1 == 0 ? 0 : 0x9908_B0DF)
        }
        next = 0
    }
}
