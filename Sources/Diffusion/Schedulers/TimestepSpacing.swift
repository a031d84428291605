/// How inference steps are laid over the training timesteps: table 2 of Lin et al., arXiv 2305.08891.
///
/// Numbers are rounded as NumPy rounds them. One thing differs from diffusers: where the rounding of
/// `numpy.arange` gives "trailing" one timestep too many (-1; at 61, 103, 121 and 122 of 1000), it is left out.
enum TimestepSpacing: String, CaseIterable, Sendable {
    case leading, trailing, linspace

    /// Falling whole timesteps, the first the noisiest.
    func timesteps(_ steps: Int, of total: Int, offset: Int) -> [Int] {
        switch self {
        case .leading: Self.leading(steps, ratio: total / steps, last: total - 1, offset: offset)
        case .trailing: Self.trailing(steps, from: total, of: total)
        case .linspace: Self.spaced(to: total - 1, count: steps).reversed().map(Self.rounded)
        }
    }

    /// The same, but not rounded to whole timesteps where they are evenly spaced.
    func fractionalTimesteps(_ steps: Int, of total: Int, offset: Int) -> [Float] {
        guard self == .linspace else { return timesteps(steps, of: total, offset: offset).map { Float($0) } }
        return Self.spaced(to: total - 1, count: steps).reversed().map { Float($0) }
    }

    /// The timesteps of DPM-Solver and UniPC, which lay out one more and leave out the last.
    ///
    /// `end` is `total`, or less where the noisiest timesteps are clipped away.
    func solverTimesteps(_ steps: Int, of total: Int, end: Int, offset: Int) -> [Int] {
        switch self {
        case .leading: Self.leading(steps + 1, ratio: end / (steps + 1), last: total - 1, offset: offset).dropLast()
        case .trailing: Self.trailing(steps, from: end, of: total)
        case .linspace: Self.spaced(to: end - 1, count: steps + 1).reversed().dropLast().map(Self.rounded)
        }
    }

    private static func leading(_ steps: Int, ratio: Int, last: Int, offset: Int) -> [Int] {
        (0..<steps).reversed().map { min($0 * ratio + offset, last) }
    }

    private static func trailing(_ steps: Int, from end: Int, of total: Int) -> [Int] {
        let second = Double(end) - Double(total) / Double(steps)
        let step = second - Double(end)
        return (0..<steps).map { max(rounded(Double(end) + Double($0) * step) - 1, 0) }
    }

    /// `numpy.linspace` from zero.
    private static func spaced(to end: Int, count: Int) -> [Double] {
        guard count > 1 else { return [0] }
        let step = Double(end) / Double(count - 1)
        return (0..<count - 1).map { Double($0) * step } + [Double(end)]
    }

    private static func rounded(_ number: Double) -> Int { Int(number.rounded(.toNearestOrEven)) }
}
