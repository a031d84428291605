import JSON
package import Layers

/// What a pipeline's folder advises for requests that say nothing: an optional `generation_config.json`.
///
/// diffusers' folders have no such advice; the file takes transformers' name for the same thing.
package struct GenerationDefaults: Sendable, Equatable {
    /// How many denoising steps; the paper's evaluation takes 30 (arXiv 2407.12009).
    package let steps: Int
    /// The weight of classifier-free guidance; 7.5 as in diffusers' pipeline.
    package let guidanceScale: Double
    /// The noise that DDIM adds on its way, in 0...1, by equation 16 of arXiv 2010.02502; other schedulers have none.
    package let eta: Double

    private static let fileName = "generation_config.json"

    /// Reads the folder's advice, if there is any.
    package init(folder: String) throws(ModelError) {
        guard Folder.names(at: folder)?.contains(Self.fileName) == true else {
            steps = 30
            guidanceScale = 7.5
            eta = 0
            return
        }
        let file = try ConfigurationFile("\(folder)/\(Self.fileName)")
        (steps, guidanceScale, eta) = try file.read { root throws(JSONFieldError) in
            try root.refuseUnknownFields(["num_inference_steps", "guidance_scale", "eta"])
            return (
                try root.field("num_inference_steps")?.integer(in: 1...150) ?? 30,
                try root.field("guidance_scale")?.number(in: 0...30) ?? 7.5,
                try root.field("eta")?.number(in: 0...1) ?? 0
            )
        }
    }
}
