/// What DDPO makes of rewards: advantages, and the clipped loss of a step (arXiv 2305.13301; the constants are those of
/// arXiv 2407.12009's code, trl 0.8.1's `DDPOConfig`).
package enum PolicyObjective {
    /// How far an advantage counts to either side.
    package static let advantageBound = 5.0
    /// How far a probability ratio may move from 1.
    package static let ratioMargin = 1e-4
    private static let epsilon = 1e-8

    /// (r - mean) / (deviation + 1e-8) over all rewards of an epoch, of which there is at least one; N in the denominator.
    package static func advantages(of rewards: [Double]) -> [Double] {
        precondition(!rewards.isEmpty, "advantages of no reward")
        let count = Double(rewards.count)
        let mean = rewards.reduce(0, +) / count
        let deviation = (rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        return rewards.map { ($0 - mean) / (deviation + epsilon) }
    }

    /// max(-Â ρ, -Â clip(ρ, 1 ± 1e-4)) with Â the advantage within ± 5 and ρ the ratio of new to old probability.
    package static func clippedLoss(ratio: Double, advantage: Double) -> Double {
        let advantage = min(max(advantage, -advantageBound), advantageBound)
        let clipped = min(max(ratio, 1 - ratioMargin), 1 + ratioMargin)
        return max(-advantage * ratio, -advantage * clipped)
    }
}
