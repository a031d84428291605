package import CLIP
package import Images
package import Tensors

/// The zero-shot style classifier: how near an image lies to each of K style texts in a CLIP's space.
package struct CLIPStyleClassifier: Sendable {
    /// How nearness becomes a logit.
    package enum Form: String, Sendable, CaseIterable {
        /// The cosine times the checkpoint's logit scale, or divided by a temperature (arXiv 2407.12009).
        case cosine
        /// The inverse of the Euclidean distance, divided by a temperature if there is one (arXiv 2410.02055).
        case inverseDistance = "inverse_distance"
    }

    /// The style texts, as they are embedded.
    package let labels: [String]
    private let model: CLIPModel
    private let styles: [[Float]]  // [K, D], unit vectors

    /// Embeds the style texts once, for all images to come.
    package init(model: CLIPModel, labels: [String]) {
        precondition(!labels.isEmpty, "a classifier of no style")
        self.model = model
        self.labels = labels
        styles = model.embed(texts: labels).rows
    }

    /// What the classifier thinks of each image; the checkpoint's own logit scale counts where no temperature is given.
    package func posteriors(of images: [Image], temperature: Double? = nil) -> [Posterior] {
        model.embed(images: images).rows.map { posterior(ofEmbedding: $0, temperature: temperature) }
    }

    /// What the classifier thinks of an image by its embedding, a unit vector of the model's space.
    package func posterior(
        ofEmbedding embedding: [Float], form: Form = .cosine, temperature: Double? = nil
    ) -> Posterior {
        switch form {
        case .cosine:
            let factor = temperature.map { 1 / $0 } ?? Double(model.logitScale)
            return Posterior(logits: styles.map { factor * dot($0, embedding) })
        case .inverseDistance:
            return Posterior(logits: styles.map { inverseDistance($0, embedding) / (temperature ?? 1) })
        }
    }

    /// One image's dot product at a time, in a fixed order: a score never depends on what it was batched with.
    private func dot(_ a: [Float], _ b: [Float]) -> Double {
        var sum = 0.0
        for (x, y) in zip(a, b) { sum += Double(x) * Double(y) }
        return sum
    }
}

extension Tensor {
    /// The vectors of a matrix.
    ///
    ///     self [N, D] → N of [D]
    package var rows: [[Float]] { (0..<shape[0]).map { self[$0..<$0 + 1].scalars } }
}
