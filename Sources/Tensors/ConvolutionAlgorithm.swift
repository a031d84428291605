/// How a convolution is computed.
package enum ConvolutionAlgorithm: Sendable, CaseIterable {
    /// Nine shifted products in one sum.
    case direct
    /// Winograd's F(2x2, 3x3): 3x3 kernels at stride 1.
    case winograd2x2
    /// Winograd's F(4x4, 3x3), which multiplies nearly half as much and errs more than twice as much.
    case winograd4x4

    /// The side of a tile of output pixels; nil where there are no tiles.
    var tileSide: Int? {
        switch self {
        case .direct: nil
        case .winograd2x2: 2
        case .winograd4x4: 4
        }
    }

    /// What `make tune` found to be the fastest for a 3x3 convolution at stride 1 on a device's instruction set.
    ///
    /// By an image's shape and the layer's alone: never by the batch or the threads, or a seed's picture would change.
    static func tuned(on device: Device, height: Int, width: Int, inputs: Int, outputs: Int) -> ConvolutionAlgorithm {
        let (channels, pixels) = (min(inputs, outputs), height * width)
        let rows = ConvolutionTable.rows(of: device.precision, on: device.level)
        guard let row = rows.last(where: { $0.channels <= channels }) else { return .direct }
        if pixels >= row.winograd4x4 { return .winograd4x4 }
        return pixels >= row.winograd2x2 ? .winograd2x2 : .direct
    }
}
