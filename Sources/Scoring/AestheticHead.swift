import Glibc
package import Layers

/// An aesthetic predictor on top of a CLIP: an affine map of an image's embedding to a score.
///
/// LAION's improved aesthetic predictor is one: five linear layers with nothing between them but dropout, which
/// `Tools/convert_aesthetic.py` multiplies out.
package struct AestheticHead: Sendable, Equatable {
    /// The file's own name, without its suffix.
    package let name: String
    /// The name of the CLIP whose embeddings are scored.
    package let embedder: String
    /// The factors of the embedding, D numbers.
    package let weight: [Float]
    /// What is added.
    package let bias: Float
    /// The scores that the predictor was trained on, if they are known; a score may lie outside.
    package let range: ClosedRange<Double>?

    /// The most numbers that an embedding may have.
    package static let maximumWidth = EmbeddingSet.maximumWidth

    /// Checks a head.
    package init(
        name: String, embedder: String, weight: [Float], bias: Float, range: ClosedRange<Double>? = nil
    ) throws(AestheticHeadError) {
        guard (1...Self.maximumWidth).contains(weight.count) else { throw .width(weight.count) }
        guard weight.allSatisfy(\.isFinite), bias.isFinite else { throw .notFinite }
        (self.name, self.embedder, self.weight, self.bias, self.range) = (name, embedder, weight, bias, range)
    }

    /// How many numbers an embedding has.
    package var width: Int { weight.count }

    /// The score of an image by its embedding, which is scaled to length 1 first; one of length 0 stays as it is.
    ///
    ///     embedding [D] → w · x / ‖x‖ + b
    package func score(ofEmbedding embedding: [Float]) -> Double {
        precondition(embedding.count == width, "an embedding of \(embedding.count) for a head of \(width)")
        let (product, square) = zip(weight, embedding).reduce((0.0, 0.0)) { sums, pair in
            (sums.0 + Double(pair.0) * Double(pair.1), sums.1 + Double(pair.1) * Double(pair.1))
        }
        return (square > 0 ? product / sqrt(square) : 0) + Double(bias)
    }
}

/// Why an aesthetic head is refused.
package enum AestheticHeadError: Error, Equatable {
    /// A weight of no numbers, or of more than are accepted.
    case width(Int)
    /// A number that is infinite or none.
    case notFinite
    /// A file that can't be read, or is none of a head.
    case weights(WeightsError)
    /// A field of the metadata that is missing or wrong.
    case metadata(String)
}
