package import Scoring

/// A style classifier as one request configures it.
package struct Scorer: Sendable {
    /// What tells the styles apart.
    package enum Classifier: Sendable {
        /// A CLIP over style texts.
        case clip(ModelRegistry.LoadedCLIP, StyleList, CLIPStyleClassifier.Form)
        /// K-Means centres in a CLIP's space.
        case centroids(Centroids, ModelRegistry.LoadedCLIP)
        /// CAN discriminators of several sizes.
        case can(CANStyleClassifier)
    }

    /// The name under which it was asked for.
    package let id: String
    /// What tells the styles apart.
    package let classifier: Classifier
    /// What logits are divided by; nil for the classifier's own scale.
    package let temperature: Double?

    /// A configured classifier under a name.
    package init(id: String, classifier: Classifier, temperature: Double? = nil) {
        (self.id, self.classifier, self.temperature) = (id, classifier, temperature)
    }

    /// The styles, in the order of the posterior.
    package var labels: [String] {
        switch classifier {
        case .clip(_, let styles, _): styles.labels
        case .centroids(let centroids, _): centroids.labels
        case .can(let networks): networks.labels
        }
    }

    /// The scores of a job's images, in their order.
    func scores(of images: inout EmbeddedImages, _ classifiers: ClassifierCache) throws(APIError) -> [Score] {
        let scores = run(&images, classifiers)
        guard scores.allSatisfy({ $0.posterior.isFinite && $0.authenticity?.realProbability.isNaN != true }) else {
            throw APIError(.nonfiniteOutput, "Scorer '\(id)' gave numbers that are not finite.")
        }
        return scores
    }

    private func run(_ images: inout EmbeddedImages, _ classifiers: ClassifierCache) -> [Score] {
        switch classifier {
        case .clip(let clip, let styles, let form):
            let classifier = classifiers.classifier(of: clip, over: styles)
            return images.embeddings(by: clip).map { embedding in
                let posterior = classifier.posterior(ofEmbedding: embedding, form: form, temperature: temperature)
                return Score(scorer: id, labels: labels, posterior: posterior)
            }
        case .centroids(let centroids, let clip):
            let classifier = CentroidClassifier(centroids)
            return images.embeddings(by: clip).map { embedding in
                let posterior = classifier.posterior(ofEmbedding: embedding, temperature: temperature ?? 1)
                return Score(scorer: id, labels: labels, posterior: posterior)
            }
        case .can(let networks):
            return networks.verdicts(on: images.images, temperature: temperature ?? 1).map { verdict in
                Score(
                    scorer: id, labels: labels, posterior: verdict.posterior,
                    authenticity: Score.Authenticity(
                        realProbability: verdict.realProbability, network: verdict.network))
            }
        }
    }
}
