package import Diffusion
package import Images
package import JSON

/// What a request for images says, each field within its own limits; what depends on the pipeline is checked later.
package struct GenerationFields: Sendable {
    /// What to draw.
    package let prompt: String
    /// What to steer away from.
    package let negativePrompt: String
    /// The pipeline, if the request names one.
    package let model: String?
    /// How many images.
    package let count: Int
    /// The size in pixels; nil for the pipeline's own.
    package let size: ImageSize?
    /// The seed of the first image; nil for a random one.
    package let seed: Int?
    /// How many denoising steps; nil for the pipeline's default.
    package let steps: Int?
    /// The weight of classifier-free guidance; nil for the pipeline's default.
    package let guidanceScale: Double?
    /// Where on the way guidance is applied; nil for everywhere.
    package let guidanceInterval: GuidanceInterval?
    /// Every so many steps the whole U-Net is evaluated; nil for always.
    package let deepCacheInterval: Int?
    /// The scheduler; nil for the pipeline's own.
    package let scheduler: SchedulerKind?
    /// How much noise DDIM adds at each step.
    package let eta: Double?
    /// Which autoencoder decodes.
    package let usesFastDecoder: Bool
    /// What is added to the pipeline's layers.
    package let adapters: [AdapterField]
    /// The picture to begin from; nil to begin from noise.
    package var image: Image?
    /// How many more pictures there are, for which there is no use.
    package let unusedImageCount: Int
    /// The part of the picture that is painted anew; nil for all of it.
    package var mask: Mask?
    /// How much of the picture is to change; nil for the usual.
    package var strength: Double?
    /// How the images are scored.
    package let scoring: ScoringOptions
    /// Which of the images are wanted; nil for all.
    package let keep: Keep?
    /// How the images are encoded.
    package var format: PictureFormat
    /// How they are handed over, if the request is not a job's.
    package let delivery: ImageDelivery

    /// The most ambiguous of the images that are drawn.
    package struct Keep: Sendable, Equatable {
        /// How many.
        package let count: Int
        /// The scorer that is asked; nil for the first of the request's.
        package let scorer: String?
    }

    /// Fields that change something.
    private static let ownNames = [
        "prompt", "negative_prompt", "model", "n", "size", "seed", "steps", "num_inference_steps", "guidance_scale",
        "cfg_scale", "guidance_interval", "deep_cache_interval", "scheduler", "eta", "decoder", "image", "mask",
        "strength", "adapters", "keep", "response_format", "output_format", "output_compression", "stream",
        "partial_images",
    ]
    /// Fields of the OpenAI API that only OpenAI's own models know.
    private static let ignoredNames = [
        "quality", "style", "background", "moderation", "user", "safety_identifier", "complexity", "input_fidelity",
    ]

    private static let maximumPromptLength = 32_000  // OpenAI's documented limit
    /// As many as OpenAI's models take.
    static let maximumImageCount = 16

    /// Reads a request's body.
    package init(_ body: JSONCursor) throws(APIError) {
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(Self.ownNames + ScoringOptions.fieldNames + Self.ignoredNames)
            prompt = try Self.prompt(body)
            negativePrompt = try body.field("negative_prompt")?.string(maximumLength: Self.maximumPromptLength) ?? ""
            model = try body.field("model")?.string(maximumLength: 256)
            count = try body.field("n")?.integer(in: 1...10) ?? 1
            size = try body.field("size").flatMap { field throws(JSONFieldError) in try ImageSize(field) }
            let seed = try body.field("seed")?.integer(in: -1...Int(UInt32.max))
            self.seed = seed == -1 ? nil : seed
            steps = try Self.either(body, "steps", "num_inference_steps")?.integer(in: 1...150)
            guidanceScale = try Self.either(body, "guidance_scale", "cfg_scale")?.number(in: 0...30)
            guidanceInterval = try body.field("guidance_interval").map { field throws(JSONFieldError) in
                try GuidanceInterval(field)
            }
            deepCacheInterval = try body.field("deep_cache_interval")?
                .integer(in: GenerationRequest.deepCacheIntervals)
            scheduler = try body.field("scheduler")?.choice(of: SchedulerKind.allCases.map(\.rawValue))
                .schedulerKind
            eta = try body.field("eta")?.number(in: 0...1)
            usesFastDecoder = try body.field("decoder")?.choice(of: ["full", "fast"]) == "fast"
            strength = try body.field("strength")?.number(in: 0...1)
            adapters = try AdapterField.list(body.field("adapters"))
            keep = try Self.keep(body, count: count)
            format = try PictureFormat(body)
            delivery = try ImageDelivery(body)
            for name in Self.ignoredNames { _ = try body.field(name)?.string() }
        } catch {
            throw APIError(error)
        }
        scoring = try ScoringOptions(body)
        var uploaded = UploadedImages(maximumCount: Self.maximumImageCount + 1)
        for field in try Self.images(body) { try uploaded.append(field) }
        image = uploaded.images.first
        unusedImageCount = max(0, uploaded.images.count - 1)
        mask = try body.field("mask").map { field throws(APIError) in Mask(try uploaded.appended(field)) }
    }

    private static func prompt(_ body: JSONCursor) throws(JSONFieldError) -> String {
        let field = try body.required("prompt")
        let prompt = try field.string(maximumLength: maximumPromptLength)
        // A picture says enough.
        guard !prompt.isEmpty || body.field("image") != nil else {
            throw .outOfRange(pointer: field.pointer, expected: "a text of at least one character", actual: "empty")
        }
        return prompt
    }

    /// `"all"`, or `{"best": m, "by": scorer}`.
    private static func keep(_ body: JSONCursor, count: Int) throws(JSONFieldError) -> Keep? {
        guard let field = body.field("keep") else { return nil }
        if case .string = field.value {
            _ = try field.choice(of: ["all"])
            return nil
        }
        try field.refuseUnknownFields(["best", "by"])
        return Keep(
            count: try field.required("best").integer(in: 1...count),
            scorer: try field.field("by")?.string(maximumLength: 256))
    }

    /// The field under either of its names, of which a request may use one.
    private static func either(
        _ body: JSONCursor, _ name: String, _ otherName: String
    ) throws(JSONFieldError) -> JSONCursor? {
        guard let other = body.field(otherName) else { return body.field(name) }
        guard body.field(name) == nil else {
            throw .outOfRange(
                pointer: other.pointer, expected: "absent where '\(name)' is given", actual: "there as well")
        }
        return other
    }

    /// One picture, or several in a list.
    private static func images(_ body: JSONCursor) throws(APIError) -> [JSONCursor] {
        guard let field = body.field("image") else { return [] }
        guard case .array = field.value else { return [field] }
        do throws(JSONFieldError) {
            let images = try field.array(maximumCount: maximumImageCount)
            guard !images.isEmpty else {
                throw .outOfRange(
                    pointer: field.pointer, expected: "a picture, or at least one in a list", actual: "empty")
            }
            return images
        } catch {
            throw APIError(error)
        }
    }
}

extension String {
    /// The scheduler of a name that is known to be one's.
    fileprivate var schedulerKind: SchedulerKind? { SchedulerKind(rawValue: self) }
}
