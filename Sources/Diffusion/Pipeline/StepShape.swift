/// What pictures have in common that may share an evaluation of the U-Net.
///
/// Where the weights take longer to read than to multiply, such an evaluation takes hardly longer than that of one.
/// Prompts, seeds, schedulers, steps, guidance and decoders may differ.
package struct StepShape: Sendable, Equatable {
    /// A U-Net with its weights and what adapters add to them; two are the same only if they are one.
    final class Network: Sendable {}

    private let network: Network
    private let pixelCount: Int  // of the latents
    private let width: Int

    private static let mostPixels = 8 * 8  // pictures of 64 pixels; at 128 products take longer than reading weights

    /// Whether a shared step takes less time than as many of their own.
    package var gainsBySharing: Bool { pixelCount <= Self.mostPixels }

    init(network: Network, height: Int, width: Int) {
        (self.network, self.width) = (network, width)
        pixelCount = height * width
    }

    package static func == (a: StepShape, b: StepShape) -> Bool {
        a.network === b.network && a.width == b.width && a.pixelCount == b.pixelCount
    }
}

extension Pipeline {
    /// What a request's pictures have in common with those of other requests that may share their steps; nil for those
    /// that keep features from step to step.
    ///
    /// What adapters add is a request's own, so its pictures share steps with one another only.
    package func stepShape(of request: GenerationRequest) -> StepShape? {
        guard request.deepCacheInterval == 1 else { return nil }
        return StepShape(
            network: request.adapters.isEmpty ? network : StepShape.Network(), height: request.height / factor,
            width: request.width / factor)
    }
}
