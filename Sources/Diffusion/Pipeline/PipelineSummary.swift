import CLIP
import JSON
package import Layers
package import Tensors

/// What a pipeline's folder tells by its configurations and the headers of its weights, before any weight is read.
package struct PipelineSummary: Sendable, Equatable {
    /// How many numbers its networks hold.
    package let parameterCount: Int
    /// Widths and heights are multiples of it.
    package let factor: Int
    /// The side of the pictures that the U-Net was trained on.
    package let defaultSide: Int
    /// The scheduler of requests that name none.
    package let schedulerKind: SchedulerKind
    /// How many tokens of a text the text encoder sees, begin and end included.
    package let textLength: Int
    /// Whether requests may ask for the fast decoder.
    package let hasFastDecoder: Bool

    /// Memory of the networks once they are loaded.
    package let byteCount: Int

    /// Reads a folder in diffusers' layout.
    package init(folder: String, on device: Device) throws(ModelError) {
        _ = try PipelineIndex(folder: folder)
        hasFastDecoder = MappedFile.exists("\(folder)/\(Pipeline.fastDecoderFolder)/config.json")
        var (parameterCount, byteCount) = (0, 0)
        for name in ["text_encoder", "unet", "vae"] + (hasFastDecoder ? [Pipeline.fastDecoderFolder] : []) {
            let part = try PipelinePart(name, in: folder, on: device)
            parameterCount += part.parameterCount
            byteCount += part.byteCount
        }
        (self.parameterCount, self.byteCount) = (parameterCount, byteCount)
        factor = try Self.factor(folder + "/vae/config.json")
        let unet = try UNetConfiguration(ConfigurationFile(folder + "/unet/config.json"))
        defaultSide = (unet.sampleSize ?? Pipeline.usualSampleSize) * factor
        schedulerKind = try SchedulerConfiguration(contentsOf: folder + "/scheduler/scheduler_config.json").kind
        let encoder = try ConfigurationFile(folder + "/text_encoder/config.json")
            .read { root throws(JSONFieldError) in try TextConfiguration(root) }
        textLength = try Tokenizer.length(folder: folder + "/tokenizer", for: encoder)
    }

    private static func factor(_ path: String) throws(ModelError) -> Int {
        let file = try ConfigurationFile(path)
        let name = try file.read { root throws(JSONFieldError) in try root.required("_class_name") }
        switch name.value {
        case "AutoencoderKL": return try VariationalAutoencoder.Configuration(file).factor
        case "AutoencoderTiny": return try TinyAutoencoder.Configuration(file).factor
        default: throw file.unsupported(name)
        }
    }
}
