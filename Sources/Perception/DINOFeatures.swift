import Tensors

/// What a DINO network sees in one image, in the three ways that experiment-helpers 0.0.33 compares images.
package struct DINOFeatures: Sendable, Equatable {
    /// The class token after the final layer norm.
    package let style: [Float]  // [D]
    /// The keys of the last block's attention, the class token's among them.
    package let content: [Float]  // [heads · (1 + P) · d]
    /// All tokens after the final layer norm.
    package let whole: [Float]  // [(1 + P) · D]

    /// The features of one image.
    ///
    ///     tokens [1, 1 + P, D], keys [1, 1 + P, heads · d]
    init(tokens: Tensor, keys: Tensor, heads: Int) {
        whole = tokens.scalars
        style = Array(whole.prefix(tokens.shape[2]))
        let (count, width) = (keys.shape[1], keys.shape[2])
        let (depth, scalars) = (width / heads, keys.scalars)
        var content: [Float] = []
        content.reserveCapacity(scalars.count)
        for head in 0..<heads {
            for token in 0..<count {
                let start = token * width + head * depth
                content += scalars[start..<start + depth]
            }
        }
        self.content = content
    }

    /// How alike two images are in each of the three, in -1...1; NaN where features are not finite.
    ///
    /// Both must come from networks of the same sizes.
    package func similarity(to other: DINOFeatures) -> DINOSimilarity {
        DINOSimilarity(
            style: Self.cosine(style, other.style), content: Self.cosine(content, other.content),
            whole: Self.cosine(whole, other.whole))
    }

    /// x · y / max(|x| |y|, ε), with the ε of `torch.nn.functional.cosine_similarity`.
    private static func cosine(_ x: [Float], _ y: [Float]) -> Double {
        precondition(x.count == y.count, "features of \(x.count) and \(y.count) scalars")
        var (product, xx, yy) = (0.0, 0.0, 0.0)
        for (x, y) in zip(x, y) {
            product += Double(x) * Double(y)
            xx += Double(x) * Double(x)
            yy += Double(y) * Double(y)
        }
        let norms = (xx * yy).squareRoot()
        return product / (norms < 1e-8 ? 1e-8 : norms)
    }
}

/// Cosines of two images' DINO features, each in -1...1.
package struct DINOSimilarity: Sendable, Equatable {
    /// Of the class tokens.
    package let style: Double
    /// Of the last block's keys.
    package let content: Double
    /// Of all tokens.
    package let whole: Double
}
