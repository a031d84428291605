import Glibc
import Tensors

extension EmbeddingSet {
    /// The mean cosine of all pairs i < j of two items or more, in -1...1; less is more diverse.
    ///
    /// arXiv 2407.12009's code calls it "identity consistency". With s the sum of the N unit vectors, the sum over all
    /// i ≠ j is ‖s‖² - N.
    package func meanPairwiseCosine() throws(SetMetricError) -> Double {
        guard count >= 2 else { throw .tooFew(count, minimum: 2) }
        let square = try normalized().sum().reduce(0) { $0 + $1 * $1 }
        let n = Double(count)
        return min(1, max(-1, (square - n) / (n * (n - 1))))
    }

    /// The Vendi score: how many different items the set amounts to, in 1...N.
    ///
    /// exp(-Σ λ ln λ) over the eigenvalues λ of K / N, K the cosines of all pairs (arXiv 2210.02410, section 3).
    package func vendiScore() throws(SetMetricError) -> Double {
        guard let eigenvalues = try normalized().rows.gramEigenvalues() else { throw .eigenvalues }
        let shares = eigenvalues.map { $0 / Double(count) }
        return exp(shares.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 })
    }

    /// How many eigenvalues the truncated entropy takes: image-diversity's `n_eigs`.
    package static let entropyEigenvalueCount = 20

    /// The truncated entropy of the items as they are, not normalised, in nats; with features of a CLIP, TCE.
    ///
    /// k/2 ln 2πe + 1/2 Σ ln λ over the k = 20 largest eigenvalues λ of the covariance, which is divided by N - 1 as
    /// `torch.cov` does (image-diversity 0.1.6, `ClipMetrics.tce`). More items than k are needed, and items that span k
    /// dimensions around their mean: where they do not, the formula takes the logarithm of a zero's rounding error.
    package func truncatedEntropy() throws(SetMetricError) -> Double {
        let k = Self.entropyEigenvalueCount
        guard count > k else { throw .tooFew(count, minimum: k + 1) }
        guard let eigenvalues = centred().rows.gramEigenvalues() else { throw .eigenvalues }
        // What is a zero, as in NumPy's `matrix_rank`, but of squares.
        let zero = (eigenvalues.last ?? 0) * Double(max(count, width)) * Double.ulpOfOne
        let rank = eigenvalues.count { $0 > zero }
        guard rank >= k else { throw .rank(rank, minimum: k) }
        let logSum = eigenvalues.suffix(k).reduce(0) { $0 + log($1 / Double(count - 1)) }
        return (Double(k) * log(2 * .pi * M_E) + logSum) / 2
    }
}
