package import Layers

/// K-Means centres in an embedding space, under a name: what the K-Means style classifiers measure distances to.
///
/// A file `weights/centroids/<name>.safetensors` holds `centres` [K, D] and, as metadata, `embedder`, `source` and, where
/// they are known, `labels` (a JSON array), `inertia`, `mean_distance` and `seed`.
package struct Centroids: Sendable, Equatable {
    /// What the centres are of.
    package enum Source: String, Sendable, CaseIterable {
        case text
        case image
        case embedding
    }

    /// The file's own name, without its suffix.
    package let name: String
    /// The name of the CLIP in whose space the centres lie.
    package let embedder: String
    /// What the centres are of.
    package let source: Source
    /// A name for each centre; `cluster-` and its index where nothing better is known.
    package let labels: [String]
    /// The centres, K of D numbers.
    package let centres: [[Float]]
    /// The sum of squared distances of the points to their centres, if it is known.
    package let inertia: Double?
    /// The mean distance of the points to their centres, if it is known.
    package let meanDistance: Double?
    /// Where the fit's random stream began, if it is known.
    package let seed: Int?

    /// The most centres that a set may have.
    package static let maximumCount = 256
    /// The most numbers that a centre may have.
    package static let maximumWidth = 4096

    /// Checks a set; labels that are nil become `cluster-0`, `cluster-1`, ....
    package init(
        name: String, embedder: String, source: Source, labels: [String]?, centres: [[Float]], inertia: Double? = nil,
        meanDistance: Double? = nil, seed: Int? = nil
    ) throws(CentroidsError) {
        guard (2...Self.maximumCount).contains(centres.count) else { throw .count(centres.count) }
        let width = centres[0].count
        guard (1...Self.maximumWidth).contains(width) else { throw .width(width) }
        for (index, centre) in centres.enumerated() {
            guard centre.count == width, centre.allSatisfy(\.isFinite) else { throw .centre(index: index) }
        }
        let labels = labels ?? centres.indices.map { "cluster-\($0)" }
        guard labels.count == centres.count else { throw .labels(labels.count, centres: centres.count) }
        guard Set(labels).count == labels.count else { throw .repeatedLabel }
        (self.name, self.embedder, self.source, self.labels) = (name, embedder, source, labels)
        (self.centres, self.inertia, self.meanDistance, self.seed) = (centres, inertia, meanDistance, seed)
    }

    /// How many numbers a centre has.
    package var width: Int { centres[0].count }
}

/// Why a set of centroids is refused.
package enum CentroidsError: Error, Equatable {
    case count(Int)
    case width(Int)
    case centre(index: Int)
    case labels(Int, centres: Int)
    case repeatedLabel
    case weights(WeightsError)
    case metadata(String)
}
