import JSON
package import Layers

extension UNetConfiguration {
    private static let downBlocks = ["DownBlock2D", attendingDownBlock]
    private static let upBlocks = ["UpBlock2D", attendingUpBlock]
    private static let attendingDownBlock = "CrossAttnDownBlock2D"
    private static let attendingUpBlock = "CrossAttnUpBlock2D"

    private static let options = [
        ImplementedOption("_class_name", "UNet2DConditionModel"),
        ImplementedOption("act_fn", "silu", "swish"),
        ImplementedOption("addition_embed_type"),
        ImplementedOption("attention_type", "default"),
        ImplementedOption("center_input_sample", false),
        ImplementedOption("class_embed_type"),
        ImplementedOption("class_embeddings_concat", false),
        ImplementedOption("conv_in_kernel", 1, 3),
        ImplementedOption("conv_out_kernel", 1, 3),
        ImplementedOption("cross_attention_norm"),
        ImplementedOption("downsample_padding", 1),
        ImplementedOption("dual_cross_attention", false),
        ImplementedOption("encoder_hid_dim"),
        ImplementedOption("encoder_hid_dim_type"),
        ImplementedOption("mid_block_scale_factor", 1, 1.0),
        ImplementedOption("mid_block_type", "UNetMidBlock2DCrossAttn"),
        ImplementedOption("num_attention_heads"),
        ImplementedOption("num_class_embeds"),
        ImplementedOption("resnet_out_scale_factor", 1, 1.0),
        ImplementedOption("resnet_skip_time_act", false),
        ImplementedOption("resnet_time_scale_shift", "default"),
        ImplementedOption("reverse_transformer_layers_per_block"),
        ImplementedOption("time_embedding_act_fn"),
        ImplementedOption("time_embedding_type", "positional"),
        ImplementedOption("timestep_post_act"),
    ]

    /// Reads a `config.json`: absent fields have the defaults of diffusers 0.42.1, unknown ones are without effect.
    package init(_ file: ConfigurationFile) throws(ModelError) {
        try file.requireImplemented(Self.options)
        try file.requireImplemented(blocks: "down_block_types", Self.downBlocks)
        try file.requireImplemented(blocks: "up_block_types", Self.upBlocks)
        if file.root.value["norm_num_groups"] == .null {
            throw .unsupported(file: file.path, pointer: "/norm_num_groups", value: "null")
        }
        self = try file.read { root throws(JSONFieldError) in try Self(root) }
    }

    private init(_ root: JSONCursor) throws(JSONFieldError) {
        inputChannels = try root.integer("in_channels", in: 1...1024, default: 4)
        outputChannels = try root.integer("out_channels", in: 1...1024, default: 4)
        sampleSize = try root.sampleSize()
        groupCount = try root.integer("norm_num_groups", in: 1...1024, default: 32)
        epsilon = try root.number("norm_eps", in: 1e-12...1, default: 1e-5)
        levels = try Self.levels(root, groupCount: groupCount)
        contextWidth = try Self.contextWidth(root, levelCount: levels.count)
        hasMiddleBlock = root.value["mid_block_type"] != .null
        projectsLinearly = try root.bool("use_linear_projection", default: false)
        inputKernel = try root.integer("conv_in_kernel", in: 1...3, default: 3)
        outputKernel = try root.integer("conv_out_kernel", in: 1...3, default: 3)
        timeWidth = try root.integer("time_embedding_dim", in: 1...65536, default: 4 * levels[0].channels)
        guidanceWidth = try root.field("time_cond_proj_dim")?.integer(in: 4...16384)
        cosineFirst = try root.bool("flip_sin_to_cos", default: true)
        frequencyShift = try root.number("freq_shift", in: 0...1, default: 0)
        _ = try root.bool("upcast_attention", default: false)  // Attention is computed in 32 bits either way.
    }

    private static func levels(_ root: JSONCursor, groupCount: Int) throws(JSONFieldError) -> [Level] {
        let downBlocks = try root.required("down_block_types").array()
        let count = downBlocks.count
        guard count > 0 else {
            throw .outOfRange(pointer: "/down_block_types", expected: "at least one block", actual: "none")
        }
        let upBlocks = try root.required("up_block_types").elements(count: count)
        let channels = try root.channels("block_out_channels", count: count, groupCount: groupCount)
        guard channels[0] >= 4 else {  // With fewer, `freq_shift` could divide by zero.
            throw .outOfRange(pointer: "/block_out_channels/0", expected: "at least 4", actual: "\(channels[0])")
        }
        let layerCounts = try root.integers("layers_per_block", count: count, in: 1...16, default: 2)
        let depths = try root.integers("transformer_layers_per_block", count: count, in: 1...64, default: 1)
        let headCounts = try root.integers("attention_head_dim", count: count, in: 1...4096, default: 8)
        let attendOnlyToPrompt = try attendOnlyToPrompt(root, count: count)
        var levels: [Level] = []
        for index in 0..<count {
            guard headCounts[index] <= channels[index] else {
                throw .outOfRange(
                    pointer: "/attention_head_dim", expected: "at most \(channels[index]) heads at level \(index)",
                    actual: "\(headCounts[index])")
            }
            levels.append(
                Level(
                    channels: channels[index], layerCount: layerCounts[index], transformerDepth: depths[index],
                    headCount: headCounts[index], attendsOnlyToPrompt: attendOnlyToPrompt[index],
                    attendsGoingDown: downBlocks[index].value == .string(attendingDownBlock),
                    attendsGoingUp: upBlocks[count - 1 - index].value == .string(attendingUpBlock)))
        }
        return levels
    }

    private static func attendOnlyToPrompt(_ root: JSONCursor, count: Int) throws(JSONFieldError) -> [Bool] {
        guard let field = root.field("only_cross_attention") else { return Array(repeating: false, count: count) }
        guard case .array = field.value else { return Array(repeating: try field.bool(), count: count) }
        return try field.elements(count: count).map { element throws(JSONFieldError) in try element.bool() }
    }

    /// One number, though it may be written once for each level: one text encoder feeds them all.
    private static func contextWidth(_ root: JSONCursor, levelCount: Int) throws(JSONFieldError) -> Int {
        let widths = try root.integers(
            "cross_attention_dim", count: levelCount, in: JSONCursor.channelRange, default: 1280)
        guard widths.allSatisfy({ $0 == widths[0] }) else {
            throw .outOfRange(pointer: "/cross_attention_dim", expected: "the same at each level", actual: "\(widths)")
        }
        return widths[0]
    }
}
