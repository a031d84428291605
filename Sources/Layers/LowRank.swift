package import Tensors

/// What an adapter adds to a layer: the product of two narrow ones.
///
///     x [..., inputs] → x · downᵀ · upᵀ [..., outputs]
///
/// LoRA, Hu et al. 2021, section 4.1. Of a convolution, `down` is a convolution by the same kernel, and `up` works on each pixel.
package struct LowRank: Sendable {
    let down: Tensor  // [rank, inputs], or [rank, inputs, kernel, kernel] of a kernel beyond 1x1
    let up: Tensor  // [outputs, rank]

    /// A term of factors that are scaled already.
    ///
    ///     down [rank, inputs] or [rank, inputs, kernel, kernel], up [outputs, rank]
    package init(down: Tensor, up: Tensor) {
        precondition(
            up.shape.count == 2 && down.shape.first == up.shape[1], "low rank of \(down.shape) and \(up.shape)")
        self.down = down
        self.up = up
    }

    /// The term times a factor.
    func scaled(by factor: Float) -> LowRank { LowRank(down: down, up: factor * up) }

    /// The sum of two terms of the same layer, which is one of both ranks together: it costs no further product.
    static func + (a: LowRank, b: LowRank) -> LowRank {
        LowRank(down: .stacked([a.down, b.down]), up: a.up.concatenatingChannels(b.up))
    }

    /// Whether the term is of a layer of these sizes.
    func fits(_ layer: LayerShape) -> Bool {
        let kernel = layer.kernel == 1 ? [] : [layer.kernel, layer.kernel]
        return Array(down.shape.dropFirst()) == [layer.inputs] + kernel && up.shape[0] == layer.outputs
    }
}
