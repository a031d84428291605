import JSON
import Layers

/// `model_index.json`: which classes a pipeline's folder is made of.
struct PipelineIndex {
    /// The pipelines that are implemented.
    enum Class: String {
        case stableDiffusion = "StableDiffusionPipeline"
        case inpainting = "StableDiffusionInpaintPipeline"
        case latentConsistency = "LatentConsistencyModelPipeline"
    }

    let pipelineClass: Class

    /// The classes that each part may have; parts that only screen pictures are not read.
    private static let classes: [String: [String]] = [
        "scheduler": SchedulerClass.allCases.map(\.rawValue),
        "text_encoder": ["CLIPTextModel"],
        "tokenizer": ["CLIPTokenizer", "CLIPTokenizerFast"],
        "unet": ["UNet2DConditionModel"],
        "vae": ["AutoencoderKL", "AutoencoderTiny"],
    ]
    private static let unread = ["safety_checker", "feature_extractor", "image_encoder"]

    init(folder: String) throws(ModelError) {
        let file = try ConfigurationFile(folder + "/model_index.json")
        let (name, index) = try file.read { root throws(JSONFieldError) in
            (try root.required("_class_name"), try root.object())
        }
        guard let pipelineClass = name.value.string.flatMap(Class.init) else { throw file.unsupported(name) }
        self.pipelineClass = pipelineClass
        for part in index.names where !Self.unread.contains(part) {
            guard let field = file.root.field(part), let pair = field.value.array, pair.last != .null else { continue }
            let accepted = Self.classes[part] ?? []
            guard pair.count == 2, accepted.contains(pair[1].string ?? "") else { throw file.unsupported(field) }
        }
        try file.read { root throws(JSONFieldError) in
            for part in Self.classes.keys.sorted() { _ = try root.required(part) }
        }
    }
}
