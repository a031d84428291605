package import Perception
package import Scoring

/// A way to put a number on an image, as one request configures it: a style classifier, a metric, or a sum of such.
package struct Scorer: Sendable {
    /// What looks at the image.
    package indirect enum Kind: Sendable {
        /// A CLIP over style texts.
        case clip(ModelRegistry.LoadedCLIP, StyleList, CLIPStyleClassifier.Form)
        /// K-Means centres in a CLIP's space.
        case centroids(Centroids, ModelRegistry.LoadedCLIP)
        /// CAN discriminators of several sizes.
        case can(CANStyleClassifier)
        /// The cosine of the image and its prompt in a CLIP's space.
        case promptSimilarity(ModelRegistry.LoadedCLIP)
        /// CLIPScore: 2.5 max(cosine, 0) (arXiv 2104.08718, section 3).
        case clipScore(ModelRegistry.LoadedCLIP)
        /// A head on a CLIP's embedding.
        case aesthetic(AestheticHead, ModelRegistry.LoadedCLIP)
        /// ImageReward, which reads the prompt as well.
        case imageReward(ImageRewardModel)
        /// A weighted sum of others.
        case composite([(scorer: Scorer, weight: Double)])
    }

    /// The name under which it was asked for.
    package let id: String
    /// What looks at the image.
    package let kind: Kind
    /// What a classifier's logits are divided by; nil for its own scale.
    package let temperature: Double?

    /// A configured scorer under a name.
    package init(id: String, kind: Kind, temperature: Double? = nil) {
        (self.id, self.kind, self.temperature) = (id, kind, temperature)
    }

    /// The styles of a classifier, in the order of the posterior; nil for a metric.
    package var labels: [String]? {
        switch kind {
        case .clip(_, let styles, _): styles.labels
        case .centroids(let centroids, _): centroids.labels
        case .can(let networks): networks.labels
        case .promptSimilarity, .clipScore, .aesthetic, .imageReward, .composite: nil
        }
    }

    /// Whether it says nothing of an image without a prompt.
    package var needsPrompt: Bool {
        switch kind {
        case .promptSimilarity, .clipScore, .imageReward: true
        case .composite(let terms): terms.contains { $0.scorer.needsPrompt }
        case .clip, .centroids, .can, .aesthetic: false
        }
    }

    /// The scorers that a sum is of; itself for any other.
    var parts: [Scorer] { if case .composite(let terms) = kind { terms.map(\.scorer) } else { [self] } }

    /// The model that sees the image; nil for the networks of `gan` and for sums.
    package var embedder: String? {
        if case .imageReward(let model) = kind { model.name } else { clip?.id }
    }

    /// The CLIP whose embedding of an image is all that it looks at; nil for other networks and for sums.
    var clip: ModelRegistry.LoadedCLIP? {
        switch kind {
        case .clip(let clip, _, _), .centroids(_, let clip), .promptSimilarity(let clip), .clipScore(let clip),
            .aesthetic(_, let clip):
            clip
        case .can, .imageReward, .composite: nil
        }
    }

    /// What values a metric can have.
    package var range: Metric.Range {
        switch kind {
        case .promptSimilarity: Metric.Range(lower: -1, upper: 1)
        case .clipScore: Metric.Range(lower: 0, upper: Self.clipScoreWeight)
        case .aesthetic(let head, _): Metric.Range(lower: head.range?.lowerBound, upper: head.range?.upperBound)
        case .clip, .centroids, .can: Metric.Range(upper: 0)
        case .imageReward, .composite: Metric.Range()
        }
    }

    /// w of arXiv 2104.08718.
    static let clipScoreWeight = 2.5
}

extension Scorer.Kind {
    /// The kind without what a request or the weights folder adds to it.
    var name: String {
        switch self {
        case .clip: "clip"
        case .centroids: "kmeans"
        case .can: "gan"
        case .promptSimilarity: "prompt-similarity"
        case .clipScore: "clip-score"
        case .aesthetic: "aesthetic"
        case .imageReward: "image-reward"
        case .composite: "composite"
        }
    }
}
