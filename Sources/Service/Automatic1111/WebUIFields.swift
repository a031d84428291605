import Diffusion
import JSON

/// A request to `txt2img` or `img2img`, in the fields of this server's own API, so that the same limits hold.
///
/// The names are those of modules/api/models.py of AUTOMATIC1111's stable-diffusion-webui.
struct WebUIFields {
    /// Which of the two routes it came to.
    enum Kind: Sendable {
        case text, image
    }

    /// The request, with what its `infotext` says and itself does not.
    let body: JSONCursor
    /// The pipeline's name.
    let checkpoint: String
    /// The body of `/v1/images/generations` that asks for the same, but for pictures.
    let native: JSONObject
    let batchSize: Int
    let iterationCount: Int
    let sendsImages: Bool
    let includesInitImages: Bool
    /// Whether the caller's next requests are to take the same checkpoint.
    let keepsCheckpoint: Bool
    /// How the source and the mask are understood; nil for `txt2img`.
    let source: WebUISource?

    /// What the fields of `native` are called in requests of this API.
    static let names = [
        "guidance_scale": "/cfg_scale", "scheduler": "/sampler_name", "size": "/width", "n": "/n_iter",
        "strength": "/denoising_strength", "model": "/override_settings/sd_model_checkpoint",
        "image": "/init_images/0", "adapters": "/prompt", "decoder": "/override_settings/sd_vae_decode_method",
    ]

    private static let maximumImageCount = 10
    /// The side that modules/processing.py takes where only the other is given.
    private static let usualSide = 512

    /// Reads a request; `usual` is the caller's checkpoint, and nil if there is no pipeline.
    init(
        _ sent: JSONCursor, _ kind: Kind, usual: String?, among checkpoints: WebUICheckpoints
    ) throws(APIError) {
        do throws(JSONFieldError) { _ = try sent.object() } catch { throw APIError(error) }
        body = try WebUIInfotext.filling(sent)
        try WebUIRestrictions.check(body, kind)
        let named = try checkpoints.named(by: body)
        guard let checkpoint = named ?? usual else { throw APIError(.modelNotFound, "There is no checkpoint.") }
        let sampler = try WebUISampler(body, own: checkpoints.scheduler(of: checkpoint))
        self.checkpoint = checkpoint
        source = kind == .image ? try WebUISource(body) : nil
        do throws(JSONFieldError) {
            batchSize = try body.field("batch_size")?.integer(in: 1...Self.maximumImageCount) ?? 1
            iterationCount = try body.field("n_iter")?.integer(in: 1...(Self.maximumImageCount / batchSize)) ?? 1
            sendsImages = try body.field("send_images")?.bool() ?? true
            includesInitImages = try body.field("include_init_images")?.bool() ?? false
            keepsCheckpoint =
                try body.field("override_settings_restore_afterwards")?.bool() == false && named != nil
            native = try Self.native(body, sampler, model: checkpoint, count: batchSize * iterationCount)
        } catch {
            throw APIError(error)
        }
    }

    private static func native(
        _ body: JSONCursor, _ sampler: WebUISampler, model: String, count: Int
    ) throws(JSONFieldError) -> JSONObject {
        let (prompt, adapters) = Recipe.untagged(try body.field("prompt")?.string() ?? "")
        // This API draws without a prompt; a space is one, and means as little.
        var native: JSONObject = [
            "prompt": .string(prompt.isEmpty ? " " : prompt), "model": .string(model), "n": .integer(Int64(count)),
            "scorers": [],
        ]
        for (name, ownName) in [
            ("negative_prompt", "negative_prompt"), ("seed", "seed"), ("steps", "steps"),
            ("cfg_scale", "guidance_scale"),
        ] {
            native[ownName] = body.field(name)?.value
        }
        native["size"] = try size(body).map { .string("\($0)") }
        native["scheduler"] = sampler.kind.map { .string($0.rawValue) }
        native["eta"] = sampler.eta.map(JSONValue.real)
        let decoder = try body.field("override_settings")?.field("sd_vae_decode_method")?.choice(of: ["Full", "TAESD"])
        if decoder == "TAESD" { native["decoder"] = "fast" }
        if !adapters.isEmpty {
            native["adapters"] = .array(
                adapters.map { ["name": .string($0.name), "scale": .real(Double($0.scale))] })
        }
        return native
    }

    /// The size that is asked for; nil for the pipeline's or the picture's own.
    private static func size(_ body: JSONCursor) throws(JSONFieldError) -> ImageSize? {
        let width = try body.field("width")?.integer(in: ImageSize.sides)
        let height = try body.field("height")?.integer(in: ImageSize.sides)
        if width == nil, height == nil { return nil }
        return ImageSize(width: width ?? usualSide, height: height ?? usualSide)
    }
}
