import Diffusion
import Images
import JSON

extension GenerationJob {
    /// The picture to begin from, and how much of it is to change: by default as much as in diffusers' pipelines.
    static func start(
        _ fields: GenerationFields, steps: Int, _ pipeline: ModelRegistry.LoadedPipeline
    ) throws(APIError) -> StartImage? {
        guard let image = fields.image else {
            if fields.mask != nil {
                throw APIError(.missingField, "is required where 'mask' is given", at: .pointer("/image"))
            }
            if fields.strength != nil {
                throw APIError(.missingField, "is required where 'strength' is given", at: .pointer("/image"))
            }
            if pipeline.pipeline.seesMasks { throw APIError(GenerationError.needsImageAndMask) }
            return nil
        }
        let start = StartImage(
            image: image, strength: fields.strength ?? (fields.mask == nil ? 0.8 : 1), mask: fields.mask)
        if pipeline.pipeline.seesMasks, fields.mask == nil { throw APIError(GenerationError.needsImageAndMask) }
        guard start.stepCount(of: steps) > 0 else {
            throw APIError(GenerationError.noStepLeft(of: steps, strength: start.strength))
        }
        return start
    }

    static func measure(
        _ prompt: String, at pointer: String, _ pipeline: ModelRegistry.LoadedPipeline
    ) throws(APIError) -> PromptMeasure {
        do throws(PromptError) {
            return try pipeline.pipeline.measure(prompt)
        } catch {
            throw APIError(error, at: pointer)
        }
    }

    static func words(of prompt: String) throws(APIError) -> String {
        do throws(PromptError) { return try WeightedPrompt(prompt).words } catch {
            throw APIError(error, at: "/prompt")
        }
    }

    static func kept(
        _ keep: GenerationFields.Keep?, _ scorers: [Scorer]
    ) throws(APIError) -> (count: Int, scorerIndex: Int)? {
        guard let keep else { return nil }
        let index = keep.scorer.map { name in scorers.firstIndex { $0.id == name } } ?? scorers.indices.first
        guard let index else {
            let ids = scorers.map { "'\($0.id)'" }.joined(separator: ", ")
            throw APIError(
                .unsupportedValue, "must be one of the request's scorers: \(ids.isEmpty ? "it has none" : ids)",
                at: .pointer("/keep/by"))
        }
        return (keep.count, index)
    }

    static func size(
        _ fields: GenerationFields, _ pipeline: ModelRegistry.LoadedPipeline
    ) throws(APIError) -> ImageSize {
        let multiple = pipeline.pipeline.factor
        guard let size = fields.size else {
            guard let image = fields.image else { return pipeline.size }
            return try own(image, multiple)
        }
        guard size.width.isMultiple(of: multiple), size.height.isMultiple(of: multiple) else {
            throw APIError(
                .outOfRange, "must have sides that are multiples of \(multiple), not \(size)", at: .pointer("/size"))
        }
        return size
    }

    /// A picture's own size, a little less where its sides are no multiples.
    static func own(_ image: Image, _ multiple: Int) throws(APIError) -> ImageSize {
        let (width, height) = (image.width / multiple * multiple, image.height / multiple * multiple)
        guard ImageSize.sides.contains(width), ImageSize.sides.contains(height) else {
            throw APIError(
                .outOfRange,
                "must be given for a picture of \(image.width)x\(image.height), which is not drawn at its own size",
                at: .pointer("/size"))
        }
        return ImageSize(width: width, height: height)
    }

    /// The request's, or the folder's advice, which only DDIM can follow.
    static func eta(_ fields: GenerationFields, _ pipeline: ModelRegistry.LoadedPipeline) -> Double {
        let scheduler = fields.scheduler ?? pipeline.pipeline.schedulerKind
        return fields.eta ?? (scheduler == .ddim ? pipeline.defaults.eta : 0)
    }

    static func checkWork(_ size: ImageSize, count: Int, steps: Int) throws(APIError) {
        let work = size.width * size.height * count * steps
        guard work <= maximumWork else {
            throw APIError(
                .outOfRange,
                "asks for too much: \(size) pixels x \(count) images x \(steps) steps make \(work); "
                    + "at most \(maximumWork) are accepted", at: .pointer(""))
        }
    }

    /// Refuses at once what the pipeline would refuse when its turn comes.
    static func checkChoices(
        _ fields: GenerationFields, _ pipeline: ModelRegistry.LoadedPipeline
    ) throws(APIError) {
        let scheduler = fields.scheduler ?? pipeline.pipeline.schedulerKind
        if let eta = fields.eta, eta > 0, scheduler != .ddim { throw APIError(GenerationError.etaWithout(scheduler)) }
        let scale = Float(fields.guidanceScale ?? pipeline.defaults.guidanceScale)
        if fields.guidanceInterval != nil, !pipeline.pipeline.isGuided(at: scale) {
            throw APIError(GenerationError.intervalWithoutGuidance)
        }
        if fields.usesFastDecoder, !pipeline.pipeline.hasFastDecoder { throw APIError(GenerationError.noFastDecoder) }
    }

    /// The first image's seed and those that follow it.
    static func seeds(first: Int?, count: Int) throws(APIError) -> [UInt64] {
        let largest = Int(UInt32.max) - (count - 1)
        let first = first ?? Int.random(in: 0...largest)
        guard first <= largest else {
            throw APIError(
                .outOfRange, "must be at most \(largest) for \(count) images, not \(first)", at: .pointer("/seed"))
        }
        return (0..<count).map { UInt64(first + $0) }
    }
}
