import JSON
import Layers
import Tensors

/// The small distilled autoencoder TAESD: diffusers 0.42.1 `AutoencoderTiny`.
struct TinyAutoencoder: Sendable {
    private let encoder: [Layer]
    private let decoder: [Layer]

    /// One entry of diffusers' `nn.Sequential`.
    private enum Layer {
        case convolution(Conv2D)
        case block(TinyBlock)
        case activation
        case upsampling(by: Int)
    }

    init(_ weights: Weights, _ configuration: Configuration) throws(WeightsError) {
        encoder = try Self.encoder(weights["encoder"]["layers"], configuration)
        decoder = try Self.decoder(weights["decoder"]["layers"], configuration)
    }

    private static func encoder(_ weights: Weights, _ configuration: Configuration) throws(WeightsError) -> [Layer] {
        let width = configuration.encoderWidth
        var layers: [Layer] = []
        for (index, blockCount) in configuration.encoderBlockCounts.enumerated() {
            let convolution =
                index == 0
                ? try Conv2D(weights[layers.count], inputs: configuration.imageChannels, outputs: width)
                : try Conv2D(weights[layers.count], inputs: width, outputs: width, stride: 2, bias: false)
            layers.append(.convolution(convolution))
            for _ in 0..<blockCount { layers.append(.block(try TinyBlock(weights[layers.count], channels: width))) }
        }
        let output = try Conv2D(weights[layers.count], inputs: width, outputs: configuration.latentChannels)
        return layers + [.convolution(output)]
    }

    private static func decoder(_ weights: Weights, _ configuration: Configuration) throws(WeightsError) -> [Layer] {
        let width = configuration.decoderWidth
        var layers: [Layer] = [
            .convolution(try Conv2D(weights[0], inputs: configuration.latentChannels, outputs: width)), .activation,
        ]
        for (index, blockCount) in configuration.decoderBlockCounts.enumerated() {
            let isLast = index == configuration.decoderBlockCounts.count - 1
            for _ in 0..<blockCount { layers.append(.block(try TinyBlock(weights[layers.count], channels: width))) }
            if !isLast { layers.append(.upsampling(by: configuration.upsampling)) }
            let convolution = try Conv2D(
                weights[layers.count], inputs: width, outputs: isLast ? configuration.imageChannels : width,
                bias: isLast)
            layers.append(.convolution(convolution))
        }
        return layers
    }

    /// The latents of images.
    ///
    ///     image [N, H, W, 3] in -1...1 → [N, h, w, C]
    func encode(_ image: Tensor) -> Tensor {
        // TAESD sees images in 0...1.
        let half = Tensor(repeating: 0.5, shape: [image.shape[3]], on: image.device)
        return Self.run(encoder, (0.5 * image).addingChannels(half))
    }

    /// The images of latents.
    ///
    ///     latents [N, h, w, C] → [N, H, W, 3] in about -1...1
    func decode(_ latents: Tensor) -> Tensor {
        let image = Self.run(decoder, 3 * tanh((1 / 3) * latents))  // diffusers `DecoderTiny.forward`
        let one = Tensor(repeating: -1, shape: [image.shape[3]], on: image.device)
        return (2 * image).addingChannels(one)
    }

    private static func run(_ layers: [Layer], _ input: consuming Tensor) -> Tensor {
        var x = input
        var enlarged: Operand?  // what a convolution sees in place of x
        for layer in layers {
            switch layer {
            case .convolution(let convolution):
                x = convolution(enlarged ?? Operand(x))
                enlarged = nil
            case .block(let block): x = block(x)
            case .activation: x = relu(x)
            case .upsampling(let factor):
                enlarged = Operand(upsampling: x, height: factor * x.shape[1], width: factor * x.shape[2])
            }
        }
        return x
    }
}

/// Three convolutions added to their input, with rectifiers between and after.
///
///     x [N, H, W, C] → [N, H, W, C]
///
/// diffusers `AutoencoderTinyBlock`.
private struct TinyBlock: Sendable {
    private let conv1: Conv2D
    private let conv2: Conv2D
    private let conv3: Conv2D

    init(_ weights: Weights, channels: Int) throws(WeightsError) {
        conv1 = try Conv2D(weights["conv"][0], inputs: channels, outputs: channels)
        conv2 = try Conv2D(weights["conv"][2], inputs: channels, outputs: channels)
        conv3 = try Conv2D(weights["conv"][4], inputs: channels, outputs: channels)
    }

    func callAsFunction(_ x: consuming Tensor) -> Tensor {
        let inner = Operand(rectifying: conv2(Operand(rectifying: conv1(copy x))))
        return relu(conv3(inner, residual: consume x))
    }
}

extension TinyAutoencoder {
    /// What an `AutoencoderTiny` looks like.
    struct Configuration: Equatable {
        private static let options = [
            ImplementedOption("act_fn", "relu"),
            ImplementedOption("upsample_fn", "nearest"),
        ]

        let imageChannels: Int
        let latentChannels: Int
        let encoderWidth: Int
        let encoderBlockCounts: [Int]
        let decoderWidth: Int
        let decoderBlockCounts: [Int]
        let upsampling: Int
        let factor: Int
        let scalingFactor: Float
        let shiftFactor: Float

        /// Reads a `config.json`; absent fields have the defaults of diffusers 0.42.1.
        init(_ file: ConfigurationFile) throws(ModelError) {
            try file.requireImplemented(Self.options)
            self = try file.read { root throws(JSONFieldError) in try Self(root) }
        }

        private init(_ root: JSONCursor) throws(JSONFieldError) {
            imageChannels = try root.integer("in_channels", in: 3...3, default: 3)
            _ = try root.integer("out_channels", in: 3...3, default: 3)
            latentChannels = try root.integer("latent_channels", in: 1...512, default: 4)
            encoderBlockCounts = try root.blockCounts("num_encoder_blocks", default: [1, 3, 3, 3])
            decoderBlockCounts = try root.blockCounts("num_decoder_blocks", default: [3, 3, 3, 1])
            encoderWidth = try root.width("encoder_block_out_channels", count: encoderBlockCounts.count)
            decoderWidth = try root.width("decoder_block_out_channels", count: decoderBlockCounts.count)
            upsampling = try root.integer("upsampling_scaling_factor", in: 1...8, default: 2)
            scalingFactor = try root.number("scaling_factor", in: 1e-6...1e6, default: 1)
            shiftFactor = try root.number("shift_factor", in: -1e6...1e6, default: 0)
            factor = 1 << (encoderBlockCounts.count - 1)
            let enlargement = (1..<decoderBlockCounts.count).reduce(1) { product, _ in product * upsampling }
            guard enlargement == factor else {
                throw .outOfRange(
                    pointer: "/upsampling_scaling_factor",
                    expected: "an enlargement by \(factor), as the encoder reduces",
                    actual: "\(enlargement)")
            }
        }
    }
}

extension JSONCursor {
    fileprivate func blockCounts(_ name: String, default counts: [Int]) throws(JSONFieldError) -> [Int] {
        guard let field = field(name) else { return counts }
        let elements = try field.array(maximumCount: Self.maximumLevelCount)
        guard !elements.isEmpty else {
            throw .outOfRange(pointer: field.pointer, expected: "at least one element", actual: "none")
        }
        return try elements.map { element throws(JSONFieldError) in try element.integer(in: 0...64) }
    }

    /// The width of all stages: diffusers joins them without a layer that could change it.
    fileprivate func width(_ name: String, count: Int) throws(JSONFieldError) -> Int {
        let widths = try integers(name, count: count, in: Self.channelRange, default: 64)
        guard widths.allSatisfy({ $0 == widths[0] }) else {
            throw .outOfRange(pointer: pointer(to: name), expected: "the same at each stage", actual: "\(widths)")
        }
        return widths[0]
    }
}
