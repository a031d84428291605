import Scoring
import Testing

/// Golden numbers of arXiv 2407.12009's code.
@Suite struct PolicyObjectiveTests {
    @Test(
        "clips the loss of a step",
        arguments: [(1, 1, -1), (1.0005, 1, -1.0001), (0.999, 1, -0.999), (1.0005, -1, 1.0005), (0.999, -1, 0.9999)])
    func clipsTheLoss(ratio: Double, advantage: Double, loss: Double) {
        #expect(abs(PolicyObjective.clippedLoss(ratio: ratio, advantage: advantage) - loss) < 1e-6)
    }

    @Test func boundsAdvantages() {
        #expect(PolicyObjective.clippedLoss(ratio: 1, advantage: 9) == -5)
        #expect(PolicyObjective.clippedLoss(ratio: 1, advantage: -9) == 5)
    }

    @Test func standardisesRewards() {
        let advantages = PolicyObjective.advantages(of: [-1.62, -1.65, -1.70, -1.61])
        for (actual, expected) in zip(advantages, [0.71428551, -0.1428571, -1.57142812, 0.99999971]) {
            #expect(abs(actual - expected) < 1e-6)
        }
        #expect(PolicyObjective.advantages(of: [2, 2]) == [0, 0])
    }
}
