import Tensors

/// What all layers of a U-Net but the last made at an earlier step, for steps that make do with it.
///
/// Ma et al., arXiv 2312.00858, section 3.3, with uniform steps and the shallowest branch: branch 0 of the authors'
/// `DeepCacheSDHelper`. From one step to the next those features hardly change; the first convolution, the last layer
/// and the last convolution see the latents anew. A value for one picture.
struct DeepCache: Sendable {
    private let interval: Int
    private var features: Tensor?
    private var reuseCount = 0

    /// A cache for which every `interval`-th evaluation is a full one, the first to begin with.
    init(interval: Int) {
        precondition(interval >= 1)
        self.interval = interval
    }

    /// What so many images may make do with; nil where the evaluation must be a full one.
    ///
    /// Of more images the last ones are taken: those of the prompt, which come after those without guidance.
    ///
    ///     → [N, h, w, C]
    mutating func reused(imageCount: Int) -> Tensor? {
        guard let features, reuseCount < interval - 1, imageCount <= features.shape[0] else { return nil }
        reuseCount += 1
        guard imageCount < features.shape[0] else { return features }
        let own = features[features.shape[0] - imageCount..<features.shape[0]]
        self.features = own
        return own
    }

    /// Keeps what a full evaluation made.
    ///
    ///     features [N, h, w, C]
    mutating func keep(_ features: Tensor) {
        self.features = features
        reuseCount = 0
    }
}
