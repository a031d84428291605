import JSON
import Layers
import Tensors

/// Stable Diffusion's autoencoder: diffusers 0.42.1 `AutoencoderKL`.
struct VariationalAutoencoder: Sendable {
    private static let logVarianceRange: ClosedRange<Float> = -30...20  // diffusers `DiagonalGaussianDistribution`

    private let encoder: AutoencoderEncoder
    private let quantisation: Conv2D?
    private let dequantisation: Conv2D?
    private let decoder: AutoencoderDecoder
    private let latentChannels: Int

    init(_ weights: Weights, _ configuration: Configuration) throws(WeightsError) {
        latentChannels = configuration.latentChannels
        // Pictures from words alone never run it, and it has two fifths of the weights.
        encoder = try AutoencoderEncoder(weights["encoder"].deferred, configuration)
        quantisation =
            configuration.hasQuantisation
            ? try Conv2D(
                weights["quant_conv"], inputs: 2 * latentChannels, outputs: 2 * latentChannels, kernel: 1) : nil
        dequantisation =
            configuration.hasDequantisation
            ? try Conv2D(weights["post_quant_conv"], inputs: latentChannels, outputs: latentChannels, kernel: 1) : nil
        decoder = try AutoencoderDecoder(weights["decoder"], configuration)
    }

    /// The distribution of the latents of images.
    ///
    ///     image [N, H, W, 3] → mean and log-variance [N, h, w, C]
    func encode(_ image: Tensor) -> LatentDistribution {
        let encoded = encoder(image)
        let moments = quantisation?(encoded) ?? encoded
        return LatentDistribution(
            mean: moments.channels(0..<latentChannels),
            logVariance: moments.channels(latentChannels..<2 * latentChannels).clamped(to: Self.logVarianceRange))
    }

    /// The images of latents.
    ///
    ///     latents [N, h, w, C] → [N, H, W, 3]
    func decode(_ latents: Tensor) -> Tensor { decoder(dequantisation?(latents) ?? latents) }
}

extension Tensor {
    /// Some entries along the last axis.
    ///
    ///     self [..., A] → [..., range.count]
    fileprivate func channels(_ range: Range<Int>) -> Tensor {
        let (scalars, width) = (scalars, shape[shape.count - 1])
        let picked = stride(from: 0, to: count, by: width).flatMap { start in
            scalars[start + range.lowerBound..<start + range.upperBound]
        }
        return Tensor(picked, shape: shape.dropLast() + [range.count], on: device)
    }
}

extension VariationalAutoencoder {
    /// What an `AutoencoderKL` looks like.
    struct Configuration: Equatable {
        private static let options = [
            ImplementedOption("act_fn", "silu", "swish"),
            ImplementedOption("latents_mean"),
            ImplementedOption("latents_std"),
        ]

        let imageChannels: Int
        let decodedChannels: Int
        let latentChannels: Int
        /// The width of each resolution, finest first; at least one.
        let channels: [Int]
        let layerCount: Int
        let groupCount: Int
        let middleAttends: Bool
        let hasQuantisation: Bool
        let hasDequantisation: Bool
        let scalingFactor: Float
        let shiftFactor: Float

        /// Every resolution but the last is halved.
        var factor: Int { 1 << (channels.count - 1) }

        /// Reads a `config.json`; absent fields have the defaults of diffusers 0.42.1.
        init(_ file: ConfigurationFile) throws(ModelError) {
            try file.requireImplemented(Self.options)
            try file.requireImplemented(blocks: "down_block_types", ["DownEncoderBlock2D"])
            try file.requireImplemented(blocks: "up_block_types", ["UpDecoderBlock2D"])
            if file.root.value["norm_num_groups"] == .null {
                throw .unsupported(file: file.path, pointer: "/norm_num_groups", value: "null")
            }
            self = try file.read { root throws(JSONFieldError) in try Self(root) }
        }

        private init(_ root: JSONCursor) throws(JSONFieldError) {
            imageChannels = try root.integer("in_channels", in: 3...3, default: 3)
            decodedChannels = try root.integer("out_channels", in: 3...3, default: 3)
            latentChannels = try root.integer("latent_channels", in: 1...512, default: 4)
            layerCount = try root.integer("layers_per_block", in: 1...16, default: 1)
            groupCount = try root.integer("norm_num_groups", in: 1...1024, default: 32)
            let count = try root.required("down_block_types").array().count
            guard count > 0 else {
                throw .outOfRange(pointer: "/down_block_types", expected: "at least one block", actual: "none")
            }
            _ = try root.required("up_block_types").elements(count: count)
            channels = try root.channels("block_out_channels", count: count, groupCount: groupCount)
            middleAttends = try root.bool("mid_block_add_attention", default: true)
            hasQuantisation = try root.bool("use_quant_conv", default: true)
            hasDequantisation = try root.bool("use_post_quant_conv", default: true)
            scalingFactor = try root.number("scaling_factor", in: 1e-6...1e6, default: 0.18215)
            shiftFactor = try root.number("shift_factor", in: -1e6...1e6, default: 0)
        }
    }
}
