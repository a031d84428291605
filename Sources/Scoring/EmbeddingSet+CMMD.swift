import Glibc

extension EmbeddingSet {
    /// CMMD between two sets: 1000 times the squared maximum mean discrepancy of their directions, at least 0.
    ///
    /// arXiv 2401.09603 with σ = 10 and the scale 1000, in the form of its code (google-research `cmmd/distance.py`): items
    /// of length 1, the kernel exp(-‖a - b‖² / 2σ²), and the *biased* estimate, whose means take in each item's kernel with
    /// itself. The paper's own features are those of CLIP ViT-L/14 at 336 pixels.
    package func cmmd(to other: EmbeddingSet) throws(SetMetricError) -> Double {
        try requireWidth(of: other)
        let (x, y) = (try normalized(), try other.normalized())
        return max(0, 1000 * (x.meanKernel(with: x) + y.meanKernel(with: y) - 2 * x.meanKernel(with: y)))
    }

    /// The kernel's mean over all pairs, less 1: the ones cancel in CMMD, and would take digits along.
    private func meanKernel(with other: EmbeddingSet) -> Double {
        let factor = -1 / (2 * 10.0 * 10.0)
        var sum = 0.0
        forEachRow(ofSquaredDistancesTo: other) { _, distances in
            sum += distances.reduce(0) { $0 + expm1(factor * $1) }
        }
        return sum / Double(count) / Double(other.count)
    }
}
