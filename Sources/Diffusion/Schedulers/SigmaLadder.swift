import Glibc

/// Falling noise levels σ and the timesteps at which they stand, in double precision as NumPy has them.
struct SigmaLadder: Sendable {
    private(set) var values: [Double]
    private(set) var timesteps: [Double]
    private let training: [Float]  // σ of every training timestep, rising

    /// The levels at given timesteps, interpolated between whole ones.
    init(_ schedule: NoiseSchedule, at timesteps: [Double]) {
        let training = schedule.sigmas
        self.training = training
        self.timesteps = timesteps
        values = timesteps.map { time in
            let low = min(max(Int(time), 0), training.count - 1)
            guard low + 1 < training.count else { return Double(training[low]) }
            let (start, end) = (Double(training[low]), Double(training[low + 1]))
            return (end - start) * (time - Double(low)) + start
        }
    }

    /// The levels of every training timestep, from the noisiest down.
    init(all schedule: NoiseSchedule) {
        training = schedule.sigmas
        timesteps = (0..<training.count).reversed().map { Double($0) }
        values = training.reversed().map { Double($0) }
    }

    /// As many levels between the first and the last, spaced by equation 5 of Karras et al., arXiv 2206.00364.
    func karras(_ steps: Int) -> SigmaLadder {
        let rho = 7.0
        let highest = pow(values.first ?? 0, 1 / rho)
        let lowest = pow(values.last ?? 0, 1 / rho)
        let logarithms = training.map { log($0) }
        var ladder = self
        ladder.values = (0..<steps).map { step in
            let ramp = steps == 1 ? 0 : step == steps - 1 ? 1 : Double(step) * (1 / Double(steps - 1))
            return pow(highest + ramp * (lowest - highest), rho)
        }
        ladder.timesteps = ladder.values.map { Self.timestep(of: $0, among: logarithms) }
        return ladder
    }

    /// The timestep of a level, interpolated between the logarithms of the training levels.
    private static func timestep(of sigma: Double, among logarithms: [Float]) -> Double {
        let logarithm = log(max(sigma, 1e-10))
        let reached = logarithms.lastIndex { logarithm - Double($0) >= 0 } ?? 0
        let low = min(reached, logarithms.count - 2)
        let (start, end) = (logarithms[low], logarithms[low + 1])
        let weight = min(max((Double(start) - logarithm) / Double(start - end), 0), 1)
        return (1 - weight) * Double(low) + weight * Double(low + 1)
    }
}
