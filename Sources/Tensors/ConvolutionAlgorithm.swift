/// How a convolution is computed.
package enum ConvolutionAlgorithm: Sendable, CaseIterable {
    /// Nine shifted products in one sum.
    case direct
    /// Winograd's F(2x2, 3x3): 3x3 kernels at stride 1, in bfloat16.
    case winograd

    /// What `make tune` found to be the fastest for a 3x3 convolution at stride 1 in bfloat16.
    ///
    /// By an image's shape and the layer's alone: never by the batch or the threads, or a seed's picture would change.
    static func tuned(height: Int, width: Int, inputs: Int, outputs: Int) -> ConvolutionAlgorithm {
        let row = ConvolutionTable.rows.last { $0.channels <= min(inputs, outputs) }
        return row.map { height * width >= $0.pixels } ?? false ? .winograd : .direct
    }
}
