package import Layers
package import Tensors

/// ImageReward's head: linear layers with nothing between them but the dropout of training (`MLP` of ImageReward.py).
///
///     x [N, D] → [N, 1]
package struct RewardHead: Sendable {
    private let layers: [Linear]

    /// Reads `0`, `1`, …, of the given widths and then of one feature.
    package init(_ weights: Weights, inputs: Int, widths: [Int]) throws(WeightsError) {
        var layers: [Linear] = []
        var inputs = inputs
        for (index, outputs) in (widths + [1]).enumerated() {
            layers.append(try Linear(weights[index], inputs: inputs, outputs: outputs))
            inputs = outputs
        }
        self.layers = layers
    }

    /// The head's one number for each row.
    ///
    ///     x [N, D] → [N, 1]
    package func callAsFunction(_ x: Tensor) -> Tensor { layers.reduce(x) { $1($0) } }
}
