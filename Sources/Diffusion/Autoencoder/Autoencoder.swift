import Glibc
import JSON
package import Layers
package import Tensors

/// Between images and latents: the `vae` of a pipeline, whichever of the two classes it is.
package struct Autoencoder: Sendable {
    private enum Model {
        case variational(VariationalAutoencoder)
        case tiny(TinyAutoencoder)
    }

    /// How many image pixels a latent pixel is wide.
    package let factor: Int
    /// Channels of the latents.
    package let latentChannels: Int
    /// What latents are multiplied by, to have the unit variance that the U-Net was trained on.
    package let scalingFactor: Float
    /// What is subtracted from latents before they are scaled; zero for the Stable Diffusion family.
    package let shiftFactor: Float
    private let model: Model
    private let previewFit = PreviewFit()

    /// Loads `config.json` and the weights beside it.
    package init(folder: String, on device: Device) throws(ModelError) {
        let file = try ConfigurationFile("\(folder)/config.json")
        let name = try file.read { root throws(JSONFieldError) in try root.required("_class_name") }
        switch name.value {
        case "AutoencoderKL":
            let configuration = try VariationalAutoencoder.Configuration(file)
            factor = configuration.factor
            latentChannels = configuration.latentChannels
            scalingFactor = configuration.scalingFactor
            shiftFactor = configuration.shiftFactor
            model = .variational(
                try Self.build(folder, on: device) { weights throws(WeightsError) in
                    try VariationalAutoencoder(weights, configuration)
                })
        case "AutoencoderTiny":
            let configuration = try TinyAutoencoder.Configuration(file)
            factor = configuration.factor
            latentChannels = configuration.latentChannels
            scalingFactor = configuration.scalingFactor
            shiftFactor = configuration.shiftFactor
            model = .tiny(
                try Self.build(folder, on: device) { weights throws(WeightsError) in
                    try TinyAutoencoder(weights, configuration)
                })
        default: throw file.unsupported(name)
        }
        device.trimMemory()  // The checkpoint's layout of the weights is not needed again.
    }

    /// The cheap stand-in for decoding, which is made when it is first asked for.
    func preview(on device: Device) -> LatentPreview { previewFit(of: self, on: device) }

    private static func build<Built>(
        _ folder: String, on device: Device, _ body: (Weights) throws(WeightsError) -> Built
    ) throws(ModelError) -> Built {
        try ModelError.naming(folder) { () throws(WeightsError) in
            let weights = try Weights(contentsOf: folder, on: device)
            let built = try body(weights)
            try weights.requireAllRead()
            return built
        }
    }

    /// The latents that stand for images, not yet scaled.
    ///
    ///     image [N, H, W, 3] in -1...1 → mean and log-variance [N, H / factor, W / factor, C]
    package func encode(_ image: Tensor) -> LatentDistribution {
        switch model {
        case .variational(let model): model.encode(image)
        case .tiny(let model): LatentDistribution(mean: model.encode(image), logVariance: nil)
        }
    }

    /// The images that unscaled latents stand for; values may lie somewhat outside -1...1.
    ///
    ///     latents [N, h, w, C] → [N, h · factor, w · factor, 3]
    package func decode(_ latents: Tensor) -> Tensor {
        switch model {
        case .variational(let model): model.decode(latents)
        case .tiny(let model): model.decode(latents)
        }
    }
}

/// A normal distribution for each scalar of the latents, or their values.
package struct LatentDistribution: Sendable {
    /// The means, which are also the likeliest latents.
    package let mean: Tensor
    /// The logarithms of the variances in -30...20; nil if the autoencoder is deterministic.
    package let logVariance: Tensor?

    /// Latents drawn from the distribution, without a draw if it is a single value: `retrieve_latents` of diffusers.
    ///
    ///     → [1, h, w, C]
    func sample(_ noise: inout LatentNoise) -> Tensor {
        guard let logVariance else { return mean }
        let drawn = noise.next()
        let scalars = zip(mean.scalars, zip(logVariance.scalars, drawn.scalars)).map { mean, random in
            mean + exp(0.5 * random.0) * random.1
        }
        return Tensor(scalars, shape: mean.shape, on: mean.device)
    }
}
