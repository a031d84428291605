/// Which 3x3 convolutions are computed by Winograd's transform.
enum ConvolutionTable {
    /// By an image's shape and the layer's alone: never by the batch or the threads, or a seed's picture would change.
    static func prefersWinograd(height: Int, width: Int, inputs: Int, outputs: Int) -> Bool {
        height * width >= 64 && inputs >= 32 && outputs >= 32
    }
}
