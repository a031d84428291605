/// What a job does.
package enum JobKind: String, Sendable, CaseIterable {
    case generation, scores, gan, centroids, evaluation, embeddings

    /// The route that takes the same request and waits for its answer.
    package var path: String {
        switch self {
        case .generation: "/v1/images/generations"
        case .scores: "/v1/scores"
        case .gan: "/v1/gan/images"
        case .centroids: "/v1/centroids"
        case .evaluation: "/v1/evaluations"
        case .embeddings: "/v1/embeddings"
        }
    }

    /// Whether it goes on for hours, and lets others go first at every second turn.
    var isLong: Bool { self == .evaluation }
}
