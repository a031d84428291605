/// Reproducible numbers in -scale...scale, from a linear congruential generator (Knuth's MMIX constants).
package func noise(_ count: Int, scale: Float = 1, seed: UInt64 = 1) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (Float(state >> 40) / Float(1 << 23) - 1) * scale
    }
}
