import Layers
import Tensors

/// Images to the moments of latents: diffusers `Encoder`.
///
///     image [N, H, W, 3] → [N, H / factor, W / factor, 2 C]
struct AutoencoderEncoder: Sendable {
    private let input: Conv2D
    private let levels: [Level]
    private let middle: AutoencoderMiddle
    private let outputNorm: GroupNorm
    private let output: Conv2D

    private struct Level {
        let layers: [ResidualBlock]
        let downsampler: Conv2D?
    }

    init(_ weights: Weights, _ configuration: VariationalAutoencoder.Configuration) throws(WeightsError) {
        let channels = configuration.channels
        let deepest = channels[channels.count - 1]
        input = try Conv2D(weights["conv_in"], inputs: configuration.imageChannels, outputs: channels[0])
        var levels: [Level] = []
        for (index, width) in channels.enumerated() {
            let weights = weights["down_blocks"][index]
            let isLast = index == channels.count - 1
            levels.append(
                Level(
                    layers: try autoencoderLayers(
                        weights, count: configuration.layerCount, inputs: channels[max(0, index - 1)], outputs: width,
                        configuration),
                    downsampler: isLast
                        ? nil
                        : try Conv2D(
                            weights["downsamplers"][0]["conv"], inputs: width, outputs: width, stride: 2,
                            padding: .bottomRight)))
        }
        self.levels = levels
        middle = try AutoencoderMiddle(weights["mid_block"], channels: deepest, configuration)
        outputNorm = try autoencoderNorm(weights["conv_norm_out"], channels: deepest, configuration)
        output = try Conv2D(weights["conv_out"], inputs: deepest, outputs: 2 * configuration.latentChannels)
    }

    func callAsFunction(_ image: Tensor) -> Tensor {
        var x = input(image)
        for level in levels {
            for layer in level.layers { x = layer(consume x) }
            if let downsampler = level.downsampler { x = downsampler(consume x) }
        }
        x = middle(consume x)
        return output(outputNorm(x, silu: true))
    }
}

/// Latents to images: diffusers `Decoder`.
///
///     latents [N, h, w, C] → [N, h · factor, w · factor, 3]
struct AutoencoderDecoder: Sendable {
    private let input: Conv2D
    private let middle: AutoencoderMiddle
    private let levels: [Level]
    private let outputNorm: GroupNorm
    private let output: Conv2D

    private struct Level {
        let layers: [ResidualBlock]
        let upsampler: Conv2D?
    }

    init(_ weights: Weights, _ configuration: VariationalAutoencoder.Configuration) throws(WeightsError) {
        let channels = configuration.channels
        let deepest = channels[channels.count - 1]
        input = try Conv2D(weights["conv_in"], inputs: configuration.latentChannels, outputs: deepest)
        middle = try AutoencoderMiddle(weights["mid_block"], channels: deepest, configuration)
        var levels: [Level] = []
        for (index, width) in channels.enumerated().reversed() {
            let weights = weights["up_blocks"][channels.count - 1 - index]
            levels.append(
                Level(
                    layers: try autoencoderLayers(
                        weights, count: configuration.layerCount + 1,
                        inputs: channels[min(channels.count - 1, index + 1)], outputs: width, configuration),
                    upsampler: index == 0
                        ? nil : try Conv2D(weights["upsamplers"][0]["conv"], inputs: width, outputs: width)))
        }
        self.levels = levels
        outputNorm = try autoencoderNorm(weights["conv_norm_out"], channels: channels[0], configuration)
        output = try Conv2D(weights["conv_out"], inputs: channels[0], outputs: configuration.decodedChannels)
    }

    func callAsFunction(_ latents: Tensor) -> Tensor {
        var x = input(latents)
        x = middle(consume x)
        for level in levels {
            for layer in level.layers { x = layer(consume x) }
            guard let upsampler = level.upsampler else { continue }
            let (height, width) = (2 * x.shape[1], 2 * x.shape[2])
            x = upsampler(Operand(upsampling: consume x, height: height, width: width))
        }
        return output(outputNorm(x, silu: true))
    }
}

/// Two residual blocks, with attention among the pixels between them where the configuration has it.
///
///     x [N, h, w, C] → [N, h, w, C]
///
/// diffusers `UNetMidBlock2D`.
private struct AutoencoderMiddle: Sendable {
    private let first: ResidualBlock
    private let attention: AutoencoderAttention?
    private let second: ResidualBlock

    init(
        _ weights: Weights, channels: Int, _ configuration: VariationalAutoencoder.Configuration
    ) throws(WeightsError) {
        let layers = try autoencoderLayers(weights, count: 2, inputs: channels, outputs: channels, configuration)
        (first, second) = (layers[0], layers[1])
        attention =
            configuration.middleAttends
            ? try AutoencoderAttention(weights["attentions"][0], channels: channels, configuration) : nil
    }

    func callAsFunction(_ x: consuming Tensor) -> Tensor {
        x = first(consume x)
        if let attention { x = attention(consume x) }
        return second(consume x)
    }
}

/// Attention of the pixels to one another with one head, added to its input.
///
///     x [N, h, w, C] → [N, h, w, C]
private struct AutoencoderAttention: Sendable {
    private let norm: GroupNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear

    init(
        _ weights: Weights, channels: Int, _ configuration: VariationalAutoencoder.Configuration
    ) throws(WeightsError) {
        // Checkpoints saved before diffusers 0.17, those of Stable Diffusion among them, have the second set of names.
        let names =
            weights.contains("to_q.weight")
            ? ["to_q", "to_k", "to_v", "to_out.0"] : ["query", "key", "value", "proj_attn"]
        norm = try autoencoderNorm(weights["group_norm"], channels: channels, configuration)
        query = try Linear(weights[names[0]], inputs: channels, outputs: channels)
        key = try Linear(weights[names[1]], inputs: channels, outputs: channels)
        value = try Linear(weights[names[2]], inputs: channels, outputs: channels)
        output = try Linear(weights[names[3]], inputs: channels, outputs: channels)
    }

    func callAsFunction(_ x: consuming Tensor) -> Tensor {
        let (shape, images, pixels, channels) = (x.shape, x.shape[0], x.shape[1] * x.shape[2], x.shape[3])
        let tokens = (consume x).reshaped([images, pixels, channels])
        let normal = norm(tokens)
        let memory = KeysAndValues(key: key.operand(normal), value: value.operand(normal), heads: 1)
        let seen = attention(query: query.operand(normal), over: memory)
        return output(seen, residual: consume tokens).reshaped(shape)
    }
}

private let autoencoderEpsilon: Float = 1e-6  // diffusers `Encoder` and `Decoder`, `resnet_eps`

private func autoencoderNorm(
    _ weights: Weights, channels: Int, _ configuration: VariationalAutoencoder.Configuration
) throws(WeightsError) -> GroupNorm {
    try GroupNorm(weights, channels: channels, groups: configuration.groupCount, epsilon: autoencoderEpsilon)
}

private func autoencoderLayers(
    _ weights: Weights, count: Int, inputs: Int, outputs: Int, _ configuration: VariationalAutoencoder.Configuration
) throws(WeightsError) -> [ResidualBlock] {
    var layers: [ResidualBlock] = []
    for index in 0..<count {
        layers.append(
            try ResidualBlock(
                weights["resnets"][index], inputs: index == 0 ? inputs : outputs, outputs: outputs,
                groups: configuration.groupCount, epsilon: autoencoderEpsilon))
    }
    return layers
}
