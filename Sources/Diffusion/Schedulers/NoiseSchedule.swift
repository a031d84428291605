import Glibc

/// How much of a picture is left at each training timestep: the products ᾱ of 1 - β.
struct NoiseSchedule: Sendable {
    /// How β grows; the raw values are diffusers' names.
    enum Betas: String, CaseIterable, Sendable {
        case linear
        case scaledLinear = "scaled_linear"
        case cosine = "squaredcos_cap_v2"
    }

    /// ᾱ of every timestep, falling.
    private(set) var alphas: [Float]

    init(_ betas: Betas, from start: Double, to end: Double, count: Int, zeroTerminalSNR: Bool) {
        alphas = Self.products(of: Self.betas(betas, from: start, to: end, count: count).map { 1 - $0 })
        if zeroTerminalSNR { alphas = Self.rescaledToZeroSNR(alphas) }
    }

    /// The number of training timesteps.
    var count: Int { alphas.count }

    /// σ = √((1 - ᾱ) / ᾱ) of every timestep, rising; the variance-exploding view of the same schedule.
    var sigmas: [Float] { alphas.map { ((1 - $0) / $0).squareRoot() } }

    /// The schedule with a last ᾱ of 2⁻²⁴ in place of zero, as diffusers has it for rules that divide by ᾱ.
    func avoidingZero() -> NoiseSchedule {
        var schedule = self
        schedule.alphas[count - 1] = 0x1p-24
        return schedule
    }

    private static func betas(_ betas: Betas, from start: Double, to end: Double, count: Int) -> [Float] {
        switch betas {
        case .linear: spaced(Float(start), Float(end), count: count)
        case .scaledLinear:
            spaced(Float(start.squareRoot()), Float(end.squareRoot()), count: count).map { $0 * $0 }
        case .cosine:
            (0..<count).map { index in
                let (now, later) = (Double(index) / Double(count), Double(index + 1) / Double(count))
                return Float(min(1 - cosineAlpha(later) / cosineAlpha(now), 0.999))
            }
        }
    }

    /// Nichol & Dhariwal, arXiv 2102.09672, equation 17.
    private static func cosineAlpha(_ time: Double) -> Double {
        let root = cos((time + 0.008) / 1.008 * Double.pi / 2)
        return root * root
    }

    /// `torch.linspace`: from either end, each number rounded once.
    private static func spaced(_ start: Float, _ end: Float, count: Int) -> [Float] {
        let step = (end - start) / Float(count - 1)
        return (0..<count).map { index in
            index < count / 2
                ? start.addingProduct(step, Float(index)) : end.addingProduct(-step, Float(count - index - 1))
        }
    }

    /// `torch.cumprod`, which multiplies in double precision.
    private static func products(of factors: [Float]) -> [Float] {
        var product = 1.0
        return factors.map { factor in
            product *= Double(factor)
            return Float(product)
        }
    }

    /// Lin et al., arXiv 2305.08891, algorithm 1.
    private static func rescaledToZeroSNR(_ alphas: [Float]) -> [Float] {
        let roots = alphas.map { $0.squareRoot() }
        let (first, last) = (roots[0], roots[roots.count - 1])
        let scale = first / (first - last)
        let squares = roots.map { root in
            let shifted = (root - last) * scale
            return shifted * shifted
        }
        let betas = squares.indices.map { 1 - ($0 == 0 ? squares[0] : squares[$0] / squares[$0 - 1]) }
        return products(of: betas.map { 1 - $0 })
    }
}
