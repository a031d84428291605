package import Diffusion
import Layers
import Tensors

/// A pipeline's folder under the name that requests give it: its configuration is read, its networks are not.
package struct PipelineFolder: Sendable {
    /// The name of the API.
    package let id: String
    /// Where it lies.
    package let path: String
    /// What its files tell of it.
    package let summary: PipelineSummary
    /// What a request that says nothing gets.
    package let defaults: GenerationDefaults

    /// Reads configurations and the headers of the weights.
    init(id: String, path: String, on device: Device) throws(RegistryError) {
        self.id = id
        self.path = path
        do throws(ModelError) {
            summary = try PipelineSummary(folder: path, on: device)
            defaults = try GenerationDefaults(folder: path)
        } catch {
            throw .model(error)
        }
    }

    /// Memory of the networks once they are loaded.
    package var byteCount: Int { summary.byteCount }

    /// The size that it was trained at.
    package var size: ImageSize { ImageSize(width: summary.defaultSide, height: summary.defaultSide) }
}
