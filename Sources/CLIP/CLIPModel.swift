import Glibc
package import Images
import JSON
package import Layers
package import Tensors

/// A CLIP model: texts and images to unit vectors of one space, whose products say how well they agree.
package struct CLIPModel: Sendable {
    /// The folder's own name.
    package let name: String
    /// The sizes of both encoders and of the space.
    package let configuration: CLIPConfiguration
    /// What cosines are multiplied by to become logits: exp of the checkpoint's `logit_scale`.
    package let logitScale: Float
    /// The tokenizer of its texts.
    package let tokenizer: Tokenizer
    private let processor: ImageProcessor
    private let textEncoder: TextEncoder
    private let imageEncoder: ImageEncoder
    private let textProjection: Linear
    private let imageProjection: Linear
    private let device: Device

    /// Reads a folder as transformers saves a `CLIPModel` and its processor.
    package init(folder: String, on device: Device) throws(ModelError) {
        let file = try ConfigurationFile(folder + "/config.json")
        let configuration = try file.read(CLIPConfiguration.init)
        self.configuration = configuration
        self.device = device
        name = folder.split(separator: "/").last.map(String.init) ?? folder
        tokenizer = try Tokenizer(folder: folder, for: configuration.text)
        processor = try Self.processor(folder: folder, side: configuration.vision.imageSize)
        let parts = try ModelError.naming(folder) { () throws(WeightsError) in
            let weights = try Weights(contentsOf: folder, on: device)
            let (text, vision, width) = (configuration.text, configuration.vision, configuration.width)
            let parts = (
                textEncoder: try TextEncoder(weights, configuration: text),
                imageEncoder: try ImageEncoder(weights["vision_model"], configuration: vision),
                textProjection: try Linear(
                    weights["text_projection"], inputs: text.transformer.width, outputs: width, bias: false),
                imageProjection: try Linear(
                    weights["visual_projection"], inputs: vision.transformer.width, outputs: width, bias: false),
                logScale: try weights.tensor("logit_scale", shape: []).scalars[0]
            )
            try weights.requireAllRead()
            return parts
        }
        textEncoder = parts.textEncoder
        imageEncoder = parts.imageEncoder
        textProjection = parts.textProjection
        imageProjection = parts.imageProjection
        logitScale = exp(parts.logScale)
        guard logitScale.isFinite else {
            throw .malformed(file: folder, reason: "exp of logit_scale \(parts.logScale) is not finite")
        }
    }

    /// The directions of texts.
    ///
    ///     texts N → [N, D]
    package func embed(texts: [String]) -> Tensor {
        guard !texts.isEmpty else { return Tensor([], shape: [0, configuration.width], on: device) }
        return features(ofTokens: texts.map { tokenizer($0).ids }).normalized()
    }

    /// The projections of texts as they are, not scaled to length 1; each text as its tokenizer frames it.
    ///
    ///     ids N of length T → [N, D]
    package func features(ofTokens ids: [[Int]]) -> Tensor { textProjection(textEncoder(ids).pooled) }

    /// The directions of images of any size.
    ///
    ///     images N → [N, D]
    package func embed(images: [Image]) -> Tensor { features(of: images).normalized() }

    /// The projections of images of any size as they are, not scaled to length 1.
    ///
    ///     images N → [N, D]
    package func features(of images: [Image]) -> Tensor {
        guard !images.isEmpty else { return Tensor([], shape: [0, configuration.width], on: device) }
        return imageProjection(imageEncoder(processor(images, on: device)))
    }

    /// Reads the preprocessing, which must make what the image encoder takes.
    private static func processor(folder: String, side: Int) throws(ModelError) -> ImageProcessor {
        let (file, fields) = try processorFields(folder: folder)
        let processor = try file.read { _ throws(JSONFieldError) in try ImageProcessor(fields) }
        guard processor.makesSquares(of: side) else {
            throw .malformed(
                file: file.path, reason: "images do not all become \(side) x \(side), as the encoder takes them")
        }
        return processor
    }

    /// Where the preprocessing stands; what is nested in a processor's file goes first, as in transformers 5.
    private static func processorFields(folder: String) throws(ModelError) -> (ConfigurationFile, JSONCursor) {
        do throws(ModelError) {
            let file = try ConfigurationFile(folder + "/processor_config.json")
            if let fields = file.root.field("image_processor") { return (file, fields) }
        } catch {
            guard case .unreadable = error else { throw error }
        }
        let file = try ConfigurationFile(folder + "/preprocessor_config.json")
        return (file, file.root)
    }
}
