import CLIP
import Scoring

/// A figure of a whole set of images, by the name under which requests ask for it.
package enum SetMetric: String, Sendable, CaseIterable {
    /// The mean cosine of all pairs of images; less is more diverse.
    case pairwiseCosine = "pairwise_cosine"
    /// The Vendi score: how many different images the set amounts to.
    case vendi
    /// The truncated CLIP entropy.
    case tce
    /// 1 - the cosine to the nearest image of the reference.
    case novelty
    /// The maximum mean discrepancy of CLIP embeddings from the reference's.
    case cmmd
    /// Precision, recall, density and coverage, the reference's images being the real ones.
    case prdc
    /// The likeness of each image and the reference's of the same prompt and seed, in style, content and as a whole.
    case dino

    /// Neighbours of precision and recall, as in PyPI's prdc.
    static let neighbourCount = 5

    /// Whether it compares a set with the reference.
    package var needsReference: Bool {
        switch self {
        case .pairwiseCosine, .vendi, .tce: false
        case .novelty, .cmmd, .prdc, .dino: true
        }
    }

    /// How few images a set may have.
    package var minimumCount: Int {
        switch self {
        case .vendi, .novelty, .cmmd, .dino: 1
        case .pairwiseCosine: 2
        case .prdc: Self.neighbourCount + 1
        case .tce: EmbeddingSet.entropyEigenvalueCount + 1
        }
    }
}

/// A set's figures, and those of it beside a reference.
struct SetFigures {
    private let set: EmbeddingSet
    private let reference: EmbeddingSet?
    private let embedder: String
    private let seed: UInt64

    /// Figures of embeddings, as they are before they are scaled to length 1.
    init(_ embeddings: [[Float]], reference: [[Float]]?, embedder: String, seed: UInt64) throws(SetMetricError) {
        set = try EmbeddingSet(embeddings)
        self.reference = try reference.map { embeddings throws(SetMetricError) in try EmbeddingSet(embeddings) }
        (self.embedder, self.seed) = (embedder, seed)
    }

    /// What a metric says, in one measure or several; none for one that lacks its reference.
    func measures(_ metric: SetMetric) throws(SetMetricError) -> [Measure] {
        switch metric {
        case .pairwiseCosine:
            [
                Measure(
                    metric.rawValue, try BootstrapInterval(ofMeanPairwiseCosineOf: set, seed: seed), set.count, embedder
                )
            ]
        case .vendi: [measure(metric.rawValue, try set.vendiScore())]
        case .tce: [measure(metric.rawValue, try set.truncatedEntropy())]
        case .novelty: try novelty()
        case .cmmd:
            try reference.map { other throws(SetMetricError) in [measure("cmmd", try set.cmmd(to: other))] } ?? []
        case .prdc: try prdc()
        case .dino: []
        }
    }

    private func novelty() throws(SetMetricError) -> [Measure] {
        guard let reference else { return [] }
        let values = try set.novelty(against: reference).values
        return [try Measure("novelty", meanOf: values, embedder: embedder, seed: seed)]
    }

    private func prdc() throws(SetMetricError) -> [Measure] {
        guard let reference else { return [] }
        let prdc = try PRDC(real: reference, generated: set, neighbourCount: SetMetric.neighbourCount)
        return [
            measure("precision", prdc.precision), measure("recall", prdc.recall), measure("density", prdc.density),
            measure("coverage", prdc.coverage),
        ]
    }

    private func measure(_ name: String, _ value: Double) -> Measure {
        Measure(name, value: value, count: set.count, embedder: embedder)
    }
}
