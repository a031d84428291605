import Images
import Tensors

/// The colours that latents stand for, guessed by one linear map: what decoding would show, small and blurred.
///
/// The map is fitted to an autoencoder by least squares, to the latents that it gives the colours of a test card.
struct LatentPreview: Sendable {
    private let weights: LinearWeights  // [3, C]
    private let bias: Tensor  // [3]

    private static let minimumSide = 64
    private static let ridge = 1e-6  // only there for latent channels that say nothing

    /// Encodes the test card.
    init(of autoencoder: Autoencoder, on device: Device) {
        let card = TestCard(factor: autoencoder.factor)
        let latents = autoencoder.scalingFactor * autoencoder.encode(Tensor(card.image, on: device)).mean
        let (scalars, channels) = (latents.scalars, latents.shape[3])
        var rows: [Double] = []
        for start in stride(from: 0, to: scalars.count, by: channels) {
            rows += scalars[start..<start + channels].map { Double($0) } + [1]  // 1 for the bias
        }
        let count = scalars.count / channels
        let fit = DoubleMatrix(rows, rowCount: count, columnCount: channels + 1).leastSquares(
            DoubleMatrix(card.patchColours, rowCount: count, columnCount: 3), ridge: Self.ridge)
        let columns = (0..<3).flatMap { colour in (0..<channels).map { Float(fit.scalars[$0 * 3 + colour]) } }
        weights = LinearWeights(Tensor(columns, shape: [3, channels], on: device))
        bias = Tensor(fit[channels].map { Float($0) }, shape: [3], on: device)
    }

    /// The picture of scaled latents, enlarged to a side that can be looked at; nil if it is not finite.
    ///
    ///     latents [1, h, w, C]
    func image(of latents: Tensor) -> Image? {
        let picture = linear(latents, weights, bias: bias)
        guard picture.isFinite else { return nil }
        let image = Image(picture)
        let shortest = min(image.width, image.height)
        let factor = (Self.minimumSide + shortest - 1) / shortest
        return image.resized(width: factor * image.width, height: factor * image.height, by: .bilinear)
    }
}
