import CLIP
package import Images
import JSON
package import Layers
package import Tensors

/// A self-supervised vision transformer (DINO, Caron and others 2021, arXiv 2104.14294), such as `facebook/dino-vits16`.
package struct DINOModel: Sendable {
    /// The folder's own name.
    package let name: String
    private let encoder: VisionTransformer
    private let processor: ViTImageProcessor
    private let device: Device

    /// Reads a folder as transformers saves a `ViTModel` without pooler and its image processor.
    ///
    /// A folder of the Hugging Face hub drops in unchanged, if its weights are safetensors.
    package init(folder: String, on device: Device) throws(ModelError) {
        let file = try ConfigurationFile(folder + "/config.json")
        let configuration = try file.read { root throws(JSONFieldError) in
            _ = try root.required("model_type").choice(of: ["vit"])
            return try VisionConfiguration(vit: root)
        }
        if let bias = file.root.field("qkv_bias"), bias.value != true { throw file.unsupported(bias) }
        processor = try ConfigurationFile(folder + "/preprocessor_config.json").read { root throws(JSONFieldError) in
            try ViTImageProcessor(root, side: configuration.imageSize)
        }
        encoder = try ModelError.naming(folder) { () throws(WeightsError) in
            let weights = try Weights(contentsOf: folder, on: device)
            let encoder = try VisionTransformer(weights, configuration: configuration)
            try weights.requireAllRead()
            return encoder
        }
        name = folder.split(separator: "/").last.map(String.init) ?? folder
        self.device = device
    }

    /// What the network sees in images of any size, in their order.
    package func features(of images: [Image]) -> [DINOFeatures] {
        guard !images.isEmpty else { return [] }
        let (tokens, keys) = encoder.tokensAndLastKeys(processor(images, on: device))
        return images.indices.map { index in
            DINOFeatures(
                tokens: tokens[index..<index + 1], keys: keys[index..<index + 1],
                heads: encoder.configuration.transformer.headCount)
        }
    }
}
