package import Tensors

/// A table with one learned vector for each index.
///
///     indices of length T → [T, D]
package struct Embedding: Sendable {
    private let table: Tensor  // [count, D]

    /// Reads `weight`.
    package init(_ weights: Weights, count: Int, features: Int) throws(WeightsError) {
        table = try weights.tensor("weight", shape: [count, features])
    }

    /// The vectors of some indices, each in `0..<count`.
    package func callAsFunction(_ indices: [Int]) -> Tensor { table.rows(at: indices) }

    /// The vectors of a range of indices, without a copy.
    package subscript(range: Range<Int>) -> Tensor { table[range] }
}
