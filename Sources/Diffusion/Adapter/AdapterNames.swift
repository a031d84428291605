import Layers

/// The names that the styles of adapters' files have for the layers of a pipeline.
///
/// Names are made from the pipeline's own layers and looked up whole: a style that turns dots into underscores is
/// never taken apart by guessing.
struct AdapterNames {
    /// A layer's path in the pipeline.
    private var paths: [String: String] = [:]

    /// The spellings of all layers of `Pipeline.adaptableLayers`.
    init(of layers: some Sequence<String>) {
        for path in layers {
            for name in Self.spellings(of: path) { paths[name] = path }
        }
    }

    /// The path of the layer that a file calls so.
    subscript(name: String) -> String? { paths[name] }

    private static func spellings(of path: String) -> [String] {
        if let layer = path.withoutPrefix(AdaptedNetwork.unet.prefix) { return unetSpellings(of: layer) }
        guard let layer = path.withoutPrefix(AdaptedNetwork.textEncoder.prefix) else { return [] }
        // Checkpoints have either, and so do adapters, of the same model.
        return textEncoderSpellings(of: layer.withoutPrefix("text_model.") ?? layer)
    }

    private static func unetSpellings(of layer: String) -> [String] {
        var names = [layer]
        // diffusers' attention processors had no list of layers: `to_out_lora` (diffusers `UNET_TO_DIFFUSERS`).
        if layer.hasSuffix(".to_out.0") { names.append(String(layer.dropLast(2))) }
        return names + names.map { AdaptedNetwork.unet.prefix + $0 } + ["lora_unet_" + underscored(layer)]
    }

    /// The names that diffusers' attention processors gave CLIP's layers (diffusers `DIFFUSERS_OLD_TO_PEFT`).
    private static let processorNames = [
        ".q_proj": ".to_q", ".k_proj": ".to_k", ".v_proj": ".to_v", ".out_proj": ".to_out",
    ]

    private static func textEncoderSpellings(of layer: String) -> [String] {
        var names = [layer]
        for (ending, processorEnding) in processorNames where layer.hasSuffix(ending) {
            names.append(layer.dropLast(ending.count) + processorEnding)
        }
        names += names.map { "text_model." + $0 }
        return names + names.map { AdaptedNetwork.textEncoder.prefix + $0 }
            + ["lora_te_text_model_" + underscored(layer)]
    }

    private static func underscored(_ path: String) -> String {
        String(path.map { $0 == "." ? "_" : $0 })
    }
}

/// The networks of a pipeline that adapters change, by the names of their folders.
enum AdaptedNetwork: String {
    case unet
    case textEncoder = "text_encoder"

    /// What stands before the paths of its layers.
    var prefix: String { rawValue + "." }
}

extension String {
    /// The rest of a text that begins so.
    func withoutPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
