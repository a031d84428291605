import Glibc

/// The K-Means style classifier: how near an image's embedding lies to each of K centres (arXiv 2407.12009).
///
/// Logits are inverse distances, 1/‖c - e‖, the distance clamped so that a centre itself has a finite one.
package struct CentroidClassifier: Sendable {
    /// The centres.
    package let centroids: Centroids

    /// The least distance that counts.
    static let leastDistance = 1e-6

    /// A classifier over a set's centres.
    package init(_ centroids: Centroids) { self.centroids = centroids }

    /// A label for each centre.
    package var labels: [String] { centroids.labels }

    /// What the classifier thinks of an embedding of D numbers; logits are divided by the temperature.
    package func posterior(ofEmbedding embedding: [Float], temperature: Double = 1) -> Posterior {
        precondition(embedding.count == centroids.width, "\(embedding.count) numbers for \(centroids.width)")
        return Posterior(
            logits: centroids.centres.map { inverseDistance($0, embedding) / temperature })
    }
}

/// 1/‖a - b‖, the distance at least 1e-6.
func inverseDistance(_ a: [Float], _ b: [Float]) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) {
        let difference = Double(x) - Double(y)
        sum += difference * difference
    }
    return 1 / max(sqrt(sum), CentroidClassifier.leastDistance)
}
