/// Multi-head scaled dot-product attention, in blocks of queries; no [heads, T, S] matrix is ever held.
///
///     query [N, T, heads · d], key [N, S, heads · d], value [N, S, heads · d] → [N, T, heads · d]
///
/// Scores are scaled by 1/√d (Vaswani et al. 2017, eq. 1). With `causal`, a query sees keys up to its own position.
package func attention(query: Tensor, key: Tensor, value: Tensor, heads: Int, causal: Bool = false) -> Tensor {
    preconditionFailure()
}
