import JSON
import Scoring

extension JSONCursor {
    /// Vectors in single precision, no wider than a CLIP's space may be.
    func vectors(maximumCount: Int) throws(JSONFieldError) -> [[Float]] {
        var vectors: [[Float]] = []
        for vector in try array(maximumCount: maximumCount) {
            vectors.append(try vector.numbers(maximumCount: Centroids.maximumWidth).map { Float($0) })
        }
        return vectors
    }
}
