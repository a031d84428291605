package import CLIP
package import Images
import Tensors

/// The zero-shot style classifier: how near an image lies to each of K style texts in a CLIP's space.
///
/// Logits are cosines times the checkpoint's logit scale, or cosines divided by a temperature (arXiv 2407.12009).
package struct CLIPStyleClassifier: Sendable {
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
        let factor = temperature.map { 1 / $0 } ?? Double(model.logitScale)
        return model.embed(images: images).rows.map { image in
            Posterior(logits: styles.map { factor * dot($0, image) })
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
    fileprivate var rows: [[Float]] { (0..<shape[0]).map { self[$0..<$0 + 1].scalars } }
}
