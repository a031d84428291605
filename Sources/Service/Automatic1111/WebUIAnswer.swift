import Diffusion
import HTTP
import JSON

/// The answer of `txt2img` and `img2img`: pictures, what was honoured of the request, and a text of JSON about both.
struct WebUIAnswer {
    let fields: WebUIFields
    let generation: GenerationJob
    /// The first digits of the checkpoint's digest.
    let digest: String
    let recipes: [Recipe]

    /// The response with what was drawn; of an interrupted job that is less than was asked for, or nothing.
    func response(_ output: InterruptibleGeneration.Output) -> Response {
        let images = fields.sendsImages ? output.files.map { JSONValue.string(Base64.encode($0)) } : []
        let info = info(isInterrupted: output.isInterrupted).encoded()
        return .json([
            "images": .array(images), "parameters": .object(parameters),
            "info": .string(String(decoding: info, as: UTF8.self)),
        ])
    }

    /// The fields that were honoured, and nothing else of what was sent: clients send passwords along.
    private var parameters: JSONObject {
        let (request, name) = (generation.request, SamplerName(generation.scheduler))
        var parameters: JSONObject = [
            "prompt": .string(sentPrompt), "negative_prompt": .string(request.negativePrompt), "styles": [],
            "seed": .integer(Int64(firstSeed)), "batch_size": .integer(Int64(fields.batchSize)),
            "n_iter": .integer(Int64(fields.iterationCount)), "steps": .integer(Int64(request.steps)),
            "cfg_scale": guidanceScale, "width": .integer(Int64(request.width)),
            "height": .integer(Int64(request.height)), "sampler_name": .string(name.sampler),
            "scheduler": .string(name.schedule.rawValue), "eta": .real(Double(request.eta)),
            "send_images": .bool(fields.sendsImages),
            "override_settings": ["sd_model_checkpoint": .string(generation.pipeline.id)],
        ]
        guard let start = request.start else { return parameters }
        parameters["denoising_strength"] = .real(start.strength)
        parameters["include_init_images"] = .bool(fields.includesInitImages)
        for name in ["init_images", "mask"] {
            parameters[name] = fields.includesInitImages ? fields.body.field(name)?.value ?? .null : .null
        }
        return parameters
    }

    /// `Processed.js` of modules/processing.py.
    private func info(isInterrupted: Bool) -> JSONValue {
        let (request, name) = (generation.request, SamplerName(generation.scheduler))
        func each(_ value: JSONValue) -> JSONValue { .array(recipes.map { _ in value }) }
        let seeds = request.seeds.map { JSONValue.integer(Int64($0)) }
        let infotexts = recipes.map { JSONValue.string($0.infotext.text) }
        let warnings = (fields.source?.warnings ?? []).map(JSONValue.string) + generation.truncations.map(\.json)
        let prompt = JSONValue.string(sentPrompt), negative = JSONValue.string(request.negativePrompt)
        return [
            "prompt": prompt, "all_prompts": each(prompt), "negative_prompt": negative,
            "all_negative_prompts": each(negative), "seed": .integer(Int64(firstSeed)), "all_seeds": .array(seeds),
            "subseed": -1, "all_subseeds": each(-1), "subseed_strength": 0,
            "width": .integer(Int64(request.width)), "height": .integer(Int64(request.height)),
            "sampler_name": .string(name.sampler), "cfg_scale": guidanceScale,
            "steps": .integer(Int64(request.steps)), "batch_size": .integer(Int64(fields.batchSize)),
            "restore_faces": false, "face_restoration_model": nil,
            "sd_model_name": .string(generation.pipeline.id), "sd_model_hash": .string(digest),
            "sd_vae_name": nil, "sd_vae_hash": nil, "seed_resize_from_w": -1, "seed_resize_from_h": -1,
            "denoising_strength": request.start.map { .real($0.strength) } ?? nil,
            "extra_generation_params": ["Schedule type": .string(name.schedule.rawValue)],
            "index_of_first_image": 0, "infotexts": .array(infotexts), "styles": [],
            "job_timestamp": .string(Clock.stamp(milliseconds: Clock.milliseconds)), "clip_skip": 1,
            "is_using_inpainting_conditioning": .bool(generation.pipeline.pipeline.seesMasks),
            "version": .string("liminal \(Version.number)"), "interrupted": .bool(isInterrupted),
            "warnings": .array(warnings),
        ]
    }

    private var firstSeed: UInt64 { generation.request.seeds.first ?? 0 }

    /// The prompt as it was sent, with its tags.
    private var sentPrompt: String { fields.body.field("prompt")?.value.string ?? "" }

    /// The number with the few digits that a request had.
    private var guidanceScale: JSONValue { .real(Double(generation.request.guidanceScale.description) ?? 0) }
}
