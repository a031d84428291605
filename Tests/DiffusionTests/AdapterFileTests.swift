import Diffusion
import Images
import JSON
import Layers
import TestSupport
import Tensors
import Testing

/// Adapters of one layer, written as a test needs them.
@Suite struct AdapterFileTests {
    private let folder: TemporaryFolder
    private let pipeline: Pipeline

    private static let layer = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q"

    init() throws {
        folder = try TemporaryFolder()
        pipeline = try Tiny.pipeline("sd15")
    }

    private typealias Entry = SafetensorsFixture.Entry

    private static func down(_ name: String = layer + ".lora_A.weight", _ shape: [Int] = [2, 32]) -> Entry {
        Entry(name, shape: shape, noise(shape.reduce(1, *)))
    }

    private static func up(_ name: String = layer + ".lora_B.weight", _ shape: [Int] = [32, 2]) -> Entry {
        Entry(name, shape: shape, noise(shape.reduce(1, *), seed: 2))
    }

    private func bind(_ entries: [Entry], metadata: [String: String] = [:]) throws -> BoundAdapter {
        let path = try folder.write(SafetensorsFixture.file(entries, metadata: metadata), to: "a.safetensors")
        return try Adapter(name: "a", contentsOf: path, on: .forTests).bound(to: pipeline)
    }

    private func image(_ adapter: BoundAdapter, scale: Float = 1) throws -> [UInt8] {
        var request = Tiny.request
        request.adapters = [ScaledAdapter(adapter, scale: scale)]
        return try Tiny.image(pipeline, request).pixels
    }

    @Test(
        "reads the names of a style",
        arguments: [
            ("base_model.model.unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight", "A", "B"),
            ("base_model.model.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight", "A", "B"),
            ("mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight", "A", "B"),
            ("mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight", "down", "up"),
            ("unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora.down.weight", "down", "up"),
            ("lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight", "down", "up"),
        ])
    func readsNames(down: String, part: String, partner: String) throws {
        let suffix = "\(part).weight"
        let up = String(down.dropLast(suffix.count)) + "\(partner).weight"
        let adapter = try bind([Self.down(down), Self.up(up)])
        #expect(try image(adapter) == image(bind([Self.down(), Self.up()])))
        #expect(Array(adapter.unet.keys) == [String(Self.layer.dropFirst("unet.".count))])
    }

    @Test(
        "reads a text encoder's names",
        arguments: [
            ("text_encoder.encoder.layers.0.self_attn.k_proj.lora_A.weight", "A", "B"),
            ("text_encoder.text_model.encoder.layers.0.self_attn.k_proj.lora_linear_layer.down.weight", "down", "up"),
            ("text_encoder.text_model.encoder.layers.0.self_attn.to_k_lora.down.weight", "down", "up"),
            ("base_model.model.text_model.encoder.layers.0.self_attn.k_proj.lora_A.weight", "A", "B"),
            ("lora_te_text_model_encoder_layers_0_self_attn_k_proj.lora_down.weight", "down", "up"),
        ])
    func readsTextEncoderNames(down: String, part: String, partner: String) throws {
        let up = String(down.dropLast("\(part).weight".count)) + "\(partner).weight"
        let adapter = try bind([Self.down(down, [2, 24]), Self.up(up, [24, 2])])
        #expect(adapter.unet.isEmpty)
        #expect(Array(adapter.textEncoder.keys) == ["text_model.encoder.layers.0.self_attn.k_proj"])
        #expect(try image(adapter) != Tiny.image(pipeline, Tiny.request).pixels)
    }

    private static let scales: [(metadata: String, factor: Float)] = [
        (#"{"unet.lora_alpha": 1}"#, 0.5),
        (#"{"unet.lora_alpha": 1, "unet.use_rslora": true}"#, Float(0.5).squareRoot()),
        (#"{"unet.lora_alpha": 1, "unet.alpha_pattern": {"attn1.to_k": 8, "attn1.to_q": 3}}"#, 1.5),
        (#"{"unet.lora_alpha": 1, "unet.alpha_pattern": {"^attn1.to_q": 3}}"#, 0.5),
        (#"{"text_encoder.lora_alpha": 1}"#, 1),
        (#"{"unet.r": 2}"#, 1),
    ]

    @Test("reads the scale from metadata", arguments: scales)
    func readsMetadata(metadata: String, factor: Float) throws {
        let plain = try bind([Self.down(), Self.up()])
        let scaled = try bind([Self.down(), Self.up()], metadata: ["lora_adapter_metadata": metadata])
        #expect(try image(scaled) == image(plain, scale: factor))
    }

    @Test("reads the scale from a tensor", arguments: [[], [1]])
    func readsAlpha(shape: [Int]) throws {
        let alpha = Entry(Self.layer + ".alpha", shape: shape, [3])
        let metadata = ["lora_adapter_metadata": #"{"unet.lora_alpha": 16}"#]
        let scaled = try bind([Self.down(), Self.up(), alpha], metadata: metadata)
        #expect(try image(scaled) == image(bind([Self.down(), Self.up()]), scale: 1.5))
    }

    @Test func takesALinearTermForAConvolutionOfOnePixel() throws {
        let layer = "unet.mid_block.attentions.0.proj_in"
        let names = (layer + ".lora_A.weight", layer + ".lora_B.weight")
        let flat = try bind([Self.down(names.0), Self.up(names.1)])
        let deep = try bind([Self.down(names.0, [2, 32, 1, 1]), Self.up(names.1, [32, 2, 1, 1])])
        #expect(try image(flat) == image(deep))
    }

    private static let refusals: [(entries: [Entry], error: AdapterError)] = [
        ([], .empty),
        ([down()], .alone(tensor: layer + ".lora_A.weight")),
        ([up()], .alone(tensor: layer + ".lora_B.weight")),
        ([Entry(layer + ".alpha", shape: [], [1])], .alone(tensor: layer + ".alpha")),
        ([down(layer + ".lora_A.bias")], .unknown(tensor: layer + ".lora_A.bias")),
        (
            [down("unet.mid_block.to_q.lora_A.weight"), up("unet.mid_block.to_q.lora_B.weight")],
            .unknown(tensor: "unet.mid_block.to_q.lora_A.weight")
        ),
        (
            [down(), up(), down(layer + ".lora.down.weight")],
            .repeated(tensor: layer + ".lora_A.weight")
        ),
        (
            [
                down(), up(), down(layer.dropFirst(5) + ".lora_A.weight"), up(layer.dropFirst(5) + ".lora_B.weight"),
            ], .repeated(tensor: layer + ".lora_A.weight")
        ),
        (
            [down(), up(), Entry(layer + ".dora_scale", shape: [1], [1])],
            .unsupported(tensor: layer + ".dora_scale", .weightDecomposed)
        ),
        (
            [down("lora_unet_conv_in.hada_w1_a")],
            .unsupported(tensor: "lora_unet_conv_in.hada_w1_a", .hadamardProduct)
        ),
        ([down("lora_unet_conv_in.lokr_w1")], .unsupported(tensor: "lora_unet_conv_in.lokr_w1", .kroneckerProduct)),
        (
            [down("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight")],
            .unsupported(
                tensor: "lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", .stableDiffusionXL)
        ),
        (
            [down("lora_unet_input_blocks_1_1_proj_in.lora_down.weight")],
            .unsupported(tensor: "lora_unet_input_blocks_1_1_proj_in.lora_down.weight", .stableDiffusionXL)
        ),
        (
            [down(layer + ".lora_A.weight", [0, 32]), up(layer + ".lora_B.weight", [32, 0])],
            .rank(tensor: layer + ".lora_A.weight", actual: 0, maximum: 1024)
        ),
        (
            [down(layer + ".lora_A.weight", [1025, 1]), up()],
            .rank(tensor: layer + ".lora_A.weight", actual: 1025, maximum: 1024)
        ),
        (
            [down(layer + ".lora_A.weight", []), up()],
            .rank(tensor: layer + ".lora_A.weight", actual: 0, maximum: 1024)
        ),
        (
            [down(layer + ".lora_A.weight", [2, 24]), up()],
            .wrongShape(tensor: layer + ".lora_A.weight", expected: [2, 32], actual: [2, 24])
        ),
        (
            [down(), up(layer + ".lora_B.weight", [32, 3])],
            .wrongShape(tensor: layer + ".lora_B.weight", expected: [32, 2], actual: [32, 3])
        ),
        (
            [down("unet.conv_in.lora_A.weight", [2, 4, 1, 1]), up("unet.conv_in.lora_B.weight", [16, 2, 1, 1])],
            .wrongShape(tensor: "unet.conv_in.lora_A.weight", expected: [2, 4, 3, 3], actual: [2, 4, 1, 1])
        ),
        (
            [down(), up(), Entry(layer + ".alpha", shape: [2], [1, 1])],
            .wrongShape(tensor: layer + ".alpha", expected: [], actual: [2])
        ),
        ([down(), up(), Entry(layer + ".alpha", shape: [], [.nan])], .nonfinite(tensor: layer + ".alpha")),
        (
            [
                down(), Entry(layer + ".lora_B.weight", shape: [32, 2], Array(repeating: 4, count: 64)),
                Entry(layer + ".alpha", shape: [], [3e38]),
            ], .nonfinite(tensor: layer + ".alpha")
        ),
        (
            [Entry(layer + ".lora_A.weight", shape: [1, 32], Array(repeating: .infinity, count: 32)), up()],
            .nonfinite(tensor: layer + ".lora_A.weight")
        ),
        (
            [
                Entry(layer + ".lora_A.weight", type: "I8", shape: [1, 32], bytes: Array(repeating: 1, count: 32)),
                up(),
            ],
            .weights(.unsupportedType(name: layer + ".lora_A.weight", type: "I8"))
        ),
    ]

    @Test("names the tensor that it refuses", arguments: refusals.indices)
    func refuses(index: Int) throws {
        let (entries, error) = Self.refusals[index]
        #expect(throws: error) { try bind(entries) }
    }

    @Test(
        "refuses metadata",
        arguments: [
            "{", "[]", #"{"unet.lora_alpha": "1"}"#, #"{"unet.lora_alpha": 1e300}"#, #"{"unet.use_rslora": 1}"#,
            #"{"unet.alpha_pattern": {"to_[qk]": 3}}"#, #"{"unet.alpha_pattern": 3}"#,
        ])
    func refusesMetadata(text: String) throws {
        #expect {
            try bind([Self.down(), Self.up()], metadata: ["lora_adapter_metadata": text])
        } throws: { error in
            guard case .metadata? = error as? AdapterError else { return false }
            return true
        }
    }

    @Test func refusesAFileThatIsNone() throws {
        let path = try folder.write("{}", to: "a.safetensors")
        #expect(throws: AdapterError.self) { try Adapter(name: "a", contentsOf: path, on: .forTests) }
        let missing = folder.path + "/b.safetensors"
        #expect(
            throws: AdapterError.weights(.unreadable(path: missing, reason: "No such file or directory"))
        ) { try Adapter(name: "b", contentsOf: missing, on: .forTests) }
    }

    @Test func picksTheFileOfAFolder() throws {
        #expect(try Adapter.fileName(among: ["README.md", "x.safetensors"]) == "x.safetensors")
        let usual = "pytorch_lora_weights.safetensors"
        #expect(try Adapter.fileName(among: ["a.safetensors", usual]) == usual)
        #expect(throws: AdapterError.notOneFile(count: 0)) { try Adapter.fileName(among: ["a.bin"]) }
        #expect(throws: AdapterError.notOneFile(count: 2)) {
            try Adapter.fileName(among: ["a.safetensors", "b.safetensors"])
        }
    }
}
