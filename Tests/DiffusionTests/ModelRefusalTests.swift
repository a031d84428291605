import Diffusion
import JSON
import Layers
import TestSupport
import Tensors
import Testing

/// One altered field of a configuration, and the place that the refusal must name.
struct Alteration: CustomTestStringConvertible {
    let field: String
    let value: JSONValue
    let pointer: String

    init(_ field: String, _ value: JSONValue, at pointer: String? = nil) {
        self.field = field
        self.value = value
        self.pointer = pointer ?? "/" + field
    }

    var testDescription: String { "\(field) \(value)" }
}

@Suite struct ModelRefusalTests {
    @Test(
        "names the option of a U-Net that is not implemented",
        arguments: [
            Alteration("_class_name", "UNet2DModel"),
            Alteration("act_fn", "mish"),
            Alteration("addition_embed_type", "text_time"),
            Alteration("attention_type", "gated"),
            Alteration("center_input_sample", true),
            Alteration("class_embed_type", "timestep"),
            Alteration("class_embeddings_concat", true),
            Alteration("conv_in_kernel", 5),
            Alteration("conv_out_kernel", 5),
            Alteration("cross_attention_norm", "layer_norm"),
            Alteration("downsample_padding", 0),
            Alteration("dual_cross_attention", true),
            Alteration("encoder_hid_dim", 64),
            Alteration("encoder_hid_dim_type", "text_proj"),
            Alteration("mid_block_scale_factor", 1.5),
            Alteration("mid_block_type", "UNetMidBlock2DSimpleCrossAttn"),
            Alteration("norm_num_groups", nil),
            Alteration("num_attention_heads", 8),
            Alteration("num_class_embeds", 10),
            Alteration("resnet_out_scale_factor", 2.0),
            Alteration("resnet_skip_time_act", true),
            Alteration("resnet_time_scale_shift", "scale_shift"),
            Alteration("reverse_transformer_layers_per_block", [1, 1, 1]),
            Alteration("time_embedding_act_fn", "silu"),
            Alteration("time_embedding_type", "fourier"),
            Alteration("timestep_post_act", "silu"),
            Alteration(
                "down_block_types", ["CrossAttnDownBlock2D", "ResnetDownsampleBlock2D", "DownBlock2D"],
                at: "/down_block_types/1"),
            Alteration(
                "up_block_types", ["UpBlock2D", "UpBlock2D", "SimpleCrossAttnUpBlock2D"], at: "/up_block_types/2"),
        ])
    func refusesTheOption(_ alteration: Alteration) throws {
        let model = try AlteredModel(of: "bksdm/unet", with: [alteration.field: alteration.value])
        let refusal = #expect(throws: ModelError.self) { try UNet(folder: model.folder, on: Device(threads: 1)) }
        guard case .unsupported(let file, let pointer, _) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(file == model.folder + "/config.json")
        #expect(pointer == alteration.pointer)
    }

    @Test(
        "names the field of a U-Net that is out of bounds",
        arguments: [
            Alteration("block_out_channels", [16, 24], at: "/block_out_channels"),
            Alteration("block_out_channels", [16, 24, 33], at: "/block_out_channels/2"),
            Alteration("block_out_channels", [16, 24, 1_000_000_000], at: "/block_out_channels/2"),
            Alteration("block_out_channels", "16"),
            Alteration("up_block_types", ["UpBlock2D"]),
            Alteration("attention_head_dim", 17),
            Alteration("attention_head_dim", [8, 8]),
            Alteration("attention_head_dim", 0),
            Alteration("layers_per_block", 0),
            Alteration("transformer_layers_per_block", [1, [1], 1], at: "/transformer_layers_per_block/1"),
            Alteration("cross_attention_dim", [24, 24, 32]),
            Alteration("in_channels", -4),
            Alteration("norm_eps", 0),
            Alteration("norm_num_groups", 0),
            Alteration("freq_shift", 3),
            Alteration("only_cross_attention", "no"),
            Alteration("upcast_attention", 1),
            Alteration("time_cond_proj_dim", 2),
        ])
    func refusesTheValue(_ alteration: Alteration) throws {
        let model = try AlteredModel(of: "bksdm/unet", with: [alteration.field: alteration.value])
        let refusal = #expect(throws: ModelError.self) { try UNet(folder: model.folder, on: Device(threads: 1)) }
        guard case .configuration(let error, _) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(error.pointer == alteration.pointer)
    }

    @Test(
        "names the option of an autoencoder that is not implemented",
        arguments: [
            Alteration("_class_name", "AutoencoderDC"),
            Alteration("act_fn", "relu"),
            Alteration("latents_mean", [0, 0, 0, 0]),
            Alteration("latents_std", [1, 1, 1, 1]),
            Alteration("norm_num_groups", nil),
            Alteration(
                "down_block_types", ["DownEncoderBlock2D", "AttnDownEncoderBlock2D"], at: "/down_block_types/1"),
            Alteration("up_block_types", ["AttnUpDecoderBlock2D"], at: "/up_block_types/0"),
        ])
    func refusesTheAutoencoder(_ alteration: Alteration) throws {
        let model = try AlteredModel(of: "sd15/vae", with: [alteration.field: alteration.value])
        let refusal = #expect(throws: ModelError.self) { try Autoencoder(folder: model.folder, on: Device(threads: 1)) }
        guard case .unsupported(_, let pointer, _) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(pointer == alteration.pointer)
    }

    @Test(
        "refuses a tiny autoencoder of another kind",
        arguments: [
            Alteration("act_fn", "silu"),
            Alteration("upsample_fn", "bilinear"),
            Alteration("encoder_block_out_channels", [16, 16, 16, 32]),
            Alteration("num_decoder_blocks", [3, 3, 1], at: "/decoder_block_out_channels"),
            Alteration("upsampling_scaling_factor", 3),
        ])
    func refusesTheTinyAutoencoder(_ alteration: Alteration) throws {
        let model = try AlteredModel(of: "taesd/vae", with: [alteration.field: alteration.value])
        let refusal = #expect(throws: ModelError.self) { try Autoencoder(folder: model.folder, on: Device(threads: 1)) }
        switch refusal {
        case .unsupported(_, let pointer, _): #expect(pointer == alteration.pointer)
        case .configuration(let error, _): #expect(error.pointer == alteration.pointer)
        default: Issue.record("\(String(describing: refusal))")
        }
    }

    @Test func ignoresFieldsWithoutEffect() throws {
        let model = try AlteredModel(
            of: "bksdm/unet", with: ["_name_or_path": "somewhere", "dropout": 0.1, "addition_time_embed_dim": nil])
        #expect(throws: Never.self) { try UNet(folder: model.folder, on: Device(threads: 1)) }
    }

    @Test func namesTheTensorThatIsMissing() throws {
        let model = try AlteredModel(of: "bksdm/unet", with: ["layers_per_block": 2])
        #expect(
            throws: ModelError.weights(
                .missing(name: "down_blocks.0.resnets.1.norm1.weight"), file: model.folder)
        ) { try UNet(folder: model.folder, on: Device(threads: 1)) }
    }

    @Test func namesTheTensorOfAnotherShape() throws {
        let model = try AlteredModel(of: "bksdm/unet", with: ["in_channels": 9])
        #expect(
            throws: ModelError.weights(
                .wrongShape(name: "conv_in.weight", expected: [16, 9, 3, 3], actual: [16, 4, 3, 3]), file: model.folder)
        ) { try UNet(folder: model.folder, on: Device(threads: 1)) }
    }

    @Test func namesTheTensorThatNothingReads() throws {
        let model = try AlteredModel(of: "sd15/unet", with: ["mid_block_type": nil])
        #expect(
            throws: ModelError.weights(
                .unexpected(name: "mid_block.attentions.0.norm.bias"), file: model.folder)
        ) { try UNet(folder: model.folder, on: Device(threads: 1)) }
    }
}
