import CLIP
import GAN
import Perception
import Scoring

extension Scorer {
    /// The verdicts on a job's images, in their order.
    func verdicts(
        on images: inout EmbeddedImages, _ classifiers: ClassifierCache
    ) throws(APIError) -> [Verdict] {
        let verdicts = try run(&images, classifiers)
        guard verdicts.allSatisfy(\.isFinite) else {
            throw APIError(.nonfiniteOutput, "Scorer '\(id)' gave numbers that are not finite.")
        }
        return verdicts
    }

    private func run(_ images: inout EmbeddedImages, _ classifiers: ClassifierCache) throws(APIError) -> [Verdict] {
        switch kind {
        case .clip(let clip, let styles, let form):
            let classifier = classifiers.classifier(of: clip, over: styles)
            return images.embeddings(by: clip).map { embedding in
                style(classifier.posterior(ofEmbedding: embedding, form: form, temperature: temperature))
            }
        case .centroids(let centroids, let clip):
            let classifier = CentroidClassifier(centroids)
            return images.embeddings(by: clip).map { embedding in
                style(classifier.posterior(ofEmbedding: embedding, temperature: temperature ?? 1))
            }
        case .can(let networks):
            return networks.verdicts(on: images.images, temperature: temperature ?? 1).map { verdict in
                style(
                    verdict.posterior,
                    Score.Authenticity(realProbability: verdict.realProbability, network: verdict.network))
            }
        case .promptSimilarity(let clip): return images.promptCosines(by: clip).map(metric)
        case .clipScore(let clip):
            return images.promptCosines(by: clip).map { metric(Self.clipScoreWeight * max($0, 0)) }
        case .aesthetic(let head, let clip):
            return images.embeddings(by: clip).map { metric(head.score(ofEmbedding: $0)) }
        case .imageReward(let model): return images.rewards(by: model).map(metric)
        case .composite(let terms): return try sum(terms, &images, classifiers)
        }
    }

    private func sum(
        _ terms: [(scorer: Scorer, weight: Double)], _ images: inout EmbeddedImages, _ classifiers: ClassifierCache
    ) throws(APIError) -> [Verdict] {
        var sums = [[Metric.Term]](repeating: [], count: images.count)
        for (scorer, weight) in terms {
            for (index, verdict) in try scorer.verdicts(on: &images, classifiers).enumerated() {
                sums[index].append(Metric.Term(scorer: scorer.id, weight: weight, value: verdict.value))
            }
        }
        return sums.map { terms in
            let value = terms.reduce(0) { $0 + $1.weight * $1.value }
            return .metric(Metric(scorer: id, value: value, range: range, embedder: nil, terms: terms))
        }
    }

    private func style(_ posterior: Posterior, _ authenticity: Score.Authenticity? = nil) -> Verdict {
        .style(Score(scorer: id, labels: labels ?? [], posterior: posterior, authenticity: authenticity))
    }

    private func metric(_ value: Double) -> Verdict {
        .metric(Metric(scorer: id, value: value, range: range, embedder: embedder))
    }
}
