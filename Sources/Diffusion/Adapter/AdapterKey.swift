/// The name of a tensor in an adapter's file, taken apart.
struct AdapterKey {
    /// What the tensor is to its layer.
    enum Part {
        case down
        case up
        case alpha
    }

    /// The layer, in the file's own style.
    let layer: String
    let part: Part

    private static let endings: [(text: String, part: Part)] = [
        (".lora_A.weight", .down), (".lora_B.weight", .up),  // peft, and diffusers since 0.22
        (".lora.down.weight", .down), (".lora.up.weight", .up),  // diffusers, layers of U-Nets
        (".lora_linear_layer.down.weight", .down), (".lora_linear_layer.up.weight", .up),  // and of text encoders
        ("_lora.down.weight", .down), ("_lora.up.weight", .up),  // diffusers' attention processors
        (".lora_down.weight", .down), (".lora_up.weight", .up),  // kohya's sd-scripts
        (".alpha", .alpha),
    ]

    /// What peft puts in front of a model's own names.
    private static let prefix = "base_model.model."

    /// How names of Stable Diffusion XL's layers begin, whose U-Net kohya's scripts know by its original names.
    private static let largerPrefixes = [
        "lora_te1_", "lora_te2_", "text_encoder_2.", "lora_unet_input_blocks_", "lora_unet_middle_block_",
        "lora_unet_output_blocks_",
    ]

    /// Texts that only names of adapters of other kinds have.
    private static let markers: [(text: String, kind: AdapterError.Kind)] = [
        ("dora_scale", .weightDecomposed), ("lora_magnitude_vector", .weightDecomposed),
        ("hada_", .hadamardProduct), ("lokr_", .kroneckerProduct),
    ]

    init(_ tensor: String) throws(AdapterError) {
        guard !Self.largerPrefixes.contains(where: tensor.hasPrefix) else {
            throw .unsupported(tensor: tensor, .stableDiffusionXL)
        }
        guard let ending = Self.endings.first(where: { tensor.hasSuffix($0.text) }) else {
            let marker = Self.markers.first { tensor.contains($0.text) }
            throw marker.map { .unsupported(tensor: tensor, $0.kind) } ?? .unknown(tensor: tensor)
        }
        let name = tensor.dropLast(ending.text.count)
        layer = Self.plain(name.hasPrefix(Self.prefix) ? name.dropFirst(Self.prefix.count) : name)
        part = ending.part
    }

    /// The name without the module that attention processors were.
    private static func plain(_ name: Substring) -> String {
        name.split(separator: ".", omittingEmptySubsequences: false).filter { $0 != "processor" }
            .joined(separator: ".")
    }
}
