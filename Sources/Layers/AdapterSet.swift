import Tensors

/// What adapters add to the layers of a model, by the layers' paths in the checkpoint.
///
/// A model is adapted by walking through its layers: each takes its own terms out, and leaves its sizes.
package struct AdapterSet: Sendable {
    private var terms: [String: LowRank] = [:]
    /// The layers that have been walked through.
    package private(set) var layers: [String: LayerShape] = [:]

    /// No terms: a model that is adapted by them is what it was when it was loaded.
    package init() {}

    /// Adds an adapter's terms; at a scale of 0 there is nothing to add.
    package mutating func add(_ adapter: [String: LowRank], scale: Float) {
        guard scale != 0 else { return }
        for (path, term) in adapter {
            let scaled = term.scaled(by: scale)
            terms[path] = terms[path].map { $0 + scaled } ?? scaled
        }
    }

    /// The paths that no layer has taken its terms from, in order.
    package var leftPaths: [String] { terms.keys.sorted() }

    /// Hands a layer its terms.
    mutating func take(_ path: String, for layer: LayerShape) -> LowRank? {
        layers[path] = layer
        guard let term = terms.removeValue(forKey: path) else { return nil }
        precondition(term.fits(layer), "low rank of \(term.down.shape) and \(term.up.shape) for \(path), \(layer)")
        return term
    }
}
