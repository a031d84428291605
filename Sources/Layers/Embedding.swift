package import Tensors

/// A table with one learned vector for each index.
///
///     indices of length T → [T, D]
package struct Embedding: Sendable {
    private let table: ScalarTable  // [count, D]

    /// Reads `weight`.
    package init(_ weights: Weights, count: Int, features: Int) throws(WeightsError) {
        table = ScalarTable(try weights.stored("weight", shape: [count, features]), on: weights.device)
    }

    /// The vectors of some indices, each in `0..<count`.
    package func callAsFunction(_ indices: [Int]) -> Tensor { table(indices) }

    /// The vectors of a range of indices.
    package subscript(range: Range<Int>) -> Tensor { table(Array(range)) }
}
