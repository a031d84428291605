package import CLIP
package import JSON
import Layers

extension VisionConfiguration {
    /// Reads the fields of a `ViTModel`; what is absent has the value of transformers' `ViTConfig`.
    package init(vit fields: JSONCursor) throws(JSONFieldError) {
        _ = try fields.object()
        let transformer = try TransformerConfiguration(
            fields, defaultWidth: 768, defaultHeadCount: 12, defaultActivation: .gelu, defaultEpsilon: 1e-12)
        try self.init(fields, transformer: transformer, defaultPatchSize: 16)
    }
}
