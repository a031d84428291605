import CLIP
package import Diffusion
import Images
package import JSON
import Scoring

/// A request for images, checked against the pipeline that will draw them.
package struct GenerationJob: Sendable {
    /// An image and what is known of it.
    package struct DrawnImage: Sendable {
        /// The picture as a file.
        package let file: JobResult.File
        /// What a request for this image alone must ask for.
        package let seed: Int
        /// What the scorers say of it.
        package let scores: [Verdict]

        /// The image's entry in an answer, but for the picture.
        package func json(topCount: Int) -> JSONObject {
            ["seed": .integer(Int64(seed)), "scores": .array(scores.map { $0.json(topCount: topCount) })]
        }
    }

    /// The pipeline that draws.
    package let pipeline: ModelRegistry.LoadedPipeline
    /// What is asked of it.
    package let request: GenerationRequest
    /// The size of each image.
    package let size: ImageSize
    /// The scorers that look at each image.
    package let scorers: [Scorer]
    /// How many of the images are wanted, and which scorer says which; nil for all.
    private let kept: (count: Int, scorerIndex: Int)?
    /// The texts that exceed what the text encoder sees.
    package let truncations: [Truncation]
    /// How the images are encoded.
    let format: PictureFormat
    let unusedImageCount: Int
    let delivery: ImageDelivery
    /// How long the prompt is for the pipeline.
    package let promptMeasure: PromptMeasure
    private let topCount: Int
    private let adapters: [AdapterField]
    /// The prompt without the weights of its words, as scorers read it.
    private let words: String

    /// The most that width x height x images x steps may be: 512 x 512 pixels, 10 images, 25 steps, with a little room.
    package static let maximumWork = 1 << 26

    /// Has the pipeline loaded, checks what depends on it, and draws a seed if there is none.
    package init(_ fields: GenerationFields, registry: ModelRegistry) async throws(APIError) {
        pipeline = try await registry.pipeline(named: fields.model)
        scorers = try registry.scorers(for: fields.scoring)
        topCount = fields.scoring.topCount
        (format, delivery, unusedImageCount) = (fields.format, fields.delivery, fields.unusedImageCount)
        kept = try Self.kept(fields.keep, scorers)
        size = try Self.size(fields, pipeline)
        let steps = fields.steps ?? pipeline.defaults.steps
        try Self.checkWork(size, count: fields.count, steps: steps)
        try Self.checkChoices(fields, pipeline)
        request = GenerationRequest(
            prompt: fields.prompt, negativePrompt: fields.negativePrompt, width: size.width, height: size.height,
            seeds: try Self.seeds(first: fields.seed, count: fields.count), steps: steps,
            guidanceScale: Float(fields.guidanceScale ?? pipeline.defaults.guidanceScale),
            scheduler: fields.scheduler, eta: Float(Self.eta(fields, pipeline)),
            usesFastDecoder: fields.usesFastDecoder, start: try Self.start(fields, steps: steps, pipeline),
            adapters: try await AdapterField.bound(fields.adapters, to: pipeline.pipeline, from: registry.adapters))
        adapters = fields.adapters
        promptMeasure = try Self.measure(fields.prompt, at: "/prompt", pipeline)
        words = try Self.words(of: fields.prompt)
        let negative =
            request.guidanceScale > 1
            ? try Self.measure(fields.negativePrompt, at: "/negative_prompt", pipeline) : nil
        truncations = [
            Truncation(of: promptMeasure, at: "/prompt"),
            negative.flatMap { Truncation(of: $0, at: "/negative_prompt") },
        ].compactMap(\.self)
    }

    /// The picture to begin from, and how much of it is to change: by default as much as in diffusers' pipelines.
    private static func start(
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

    private static func measure(
        _ prompt: String, at pointer: String, _ pipeline: ModelRegistry.LoadedPipeline
    ) throws(APIError) -> PromptMeasure {
        do throws(PromptError) {
            return try pipeline.pipeline.measure(prompt)
        } catch {
            throw APIError(error, at: pointer)
        }
    }

    private static func words(of prompt: String) throws(APIError) -> String {
        do throws(PromptError) { return try WeightedPrompt(prompt).words } catch {
            throw APIError(error, at: "/prompt")
        }
    }

    /// How many tokens of the prompt the text encoder sees, with the begin and the end of each chunk.
    package var promptTokenCount: Int { promptMeasure.tokenCount }

    /// The scheduler that is used.
    package var scheduler: SchedulerKind { request.scheduler ?? pipeline.pipeline.schedulerKind }

    /// What was chosen for the request, for an answer's fields.
    package var choices: JSONObject {
        [
            "model": .string(pipeline.id), "size": .string("\(size)"), "steps": .integer(Int64(request.steps)),
            "guidance_scale": .real(Double(request.guidanceScale)), "scheduler": .string(scheduler.rawValue),
            "eta": .real(Double(request.eta)), "adapters": .array(adapters.map(\.json)),
            "warnings": .array(truncations.map(\.json) + unusedImages),
        ]
    }

    /// How many steps each image takes.
    private var stepCountPerImage: Int { request.start?.stepCount(of: request.steps) ?? request.steps }

    /// What the queue counts.
    package var cost: Admission.Cost {
        let pixels = request.start.map { $0.image.pixels.count + ($0.mask?.coverage.count ?? 0) }
        return Admission.Cost(
            work: size.width * size.height * request.seeds.count * stepCountPerImage, byteCount: pixels ?? 0)
    }

    /// Draws and scores on this very thread; `progress` is told of each step that is done, of all there are.
    package func run(
        _ classifiers: ClassifierCache, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(APIError) -> [DrawnImage] {
        let plan = try plan()
        var images: [Image] = []
        for index in request.seeds.indices {
            images.append(try image(index, by: plan) { done, total, _ in progress(done, total) })
        }
        return try chosen(images, classifiers)
    }

    private func chosen(
        _ images: [Image], _ classifiers: ClassifierCache, _ metrics: Metrics? = nil
    ) throws(APIError) -> [DrawnImage] {
        let prompts = [String](repeating: words, count: images.count)
        let scores = try ScoreJob(images: images, scorers: scorers, prompts: prompts).run(classifiers, metrics)
        return wanted(among: scores).map { index in
            let recipe = recipe(of: index, scores[index])
            return DrawnImage(
                file: format.file(of: images[index], recipe), seed: recipe.seed, scores: scores[index])
        }
    }

    /// What draws one of the images again, alone.
    func recipe(of index: Int, _ scores: [Verdict]) -> Recipe {
        Recipe(
            server: "liminal \(Version.number)", model: pipeline.id,
            adapters: adapters.map { Recipe.Adapter(name: $0.name, scale: Float($0.scale)) }, prompt: request.prompt,
            negativePrompt: request.negativePrompt, seed: Int(request.seeds[index]), scheduler: scheduler,
            steps: request.steps, guidanceScale: request.guidanceScale, eta: request.eta, size: size,
            usesFastDecoder: request.usesFastDecoder,
            source: request.start.map { Recipe.Source(strength: Float($0.strength)) },
            ratings: scores.map { Recipe.Rating($0) })
    }

    /// The indices of the images that are wanted: all in order, or the best first.
    private func wanted(among scores: [[Verdict]]) -> [Int] {
        guard let kept else { return Array(scores.indices) }
        let ranks = scores.map { $0[kept.scorerIndex].rank }
        return Array(scores.indices.sorted { (-ranks[$0], $0) < (-ranks[$1], $1) }.prefix(kept.count))
    }

    private static func kept(
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

    /// The request as the pipeline accepts it, with its prompts encoded.
    func plan() throws(APIError) -> GenerationPlan {
        do throws(GenerationError) { return try pipeline.pipeline.plan(request) } catch { throw APIError(error) }
    }

    /// The image of one of the seeds; `note` is told of each step of all there are, and may end the drawing.
    func image(
        _ index: Int, by plan: GenerationPlan, _ metrics: Metrics? = nil,
        note: (Int, Int, Generation) throws(APIError) -> Void
    ) throws(APIError) -> Image {
        var generation = plan.generation(seed: request.seeds[index])
        let (before, total) = (index * generation.stepCount, request.seeds.count * generation.stepCount)
        while let step = try next(&generation, metrics) { try note(before + step.number, total, generation) }
        do throws(GenerationError) {
            return try generation.image()
        } catch {
            if case .nonfinite = error { metrics?.noteNonfinite(.decoding) }
            throw APIError(error)
        }
    }

    private func next(_ generation: inout Generation, _ metrics: Metrics?) throws(APIError) -> Generation.Step? {
        let start = ContinuousClock.now
        do throws(GenerationError) {
            guard let step = try generation.next() else { return nil }
            metrics?.noteStep(of: size, since: start)
            return step
        } catch {
            if case .nonfinite = error { metrics?.noteNonfinite(.denoising) }
            throw APIError(error)
        }
    }

    private static func size(
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
    private static func own(_ image: Image, _ multiple: Int) throws(APIError) -> ImageSize {
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
    private static func eta(_ fields: GenerationFields, _ pipeline: ModelRegistry.LoadedPipeline) -> Double {
        let scheduler = fields.scheduler ?? pipeline.pipeline.schedulerKind
        return fields.eta ?? (scheduler == .ddim ? pipeline.defaults.eta : 0)
    }

    private static func checkWork(_ size: ImageSize, count: Int, steps: Int) throws(APIError) {
        let work = size.width * size.height * count * steps
        guard work <= maximumWork else {
            throw APIError(
                .outOfRange,
                "asks for too much: \(size) pixels x \(count) images x \(steps) steps make \(work); "
                    + "at most \(maximumWork) are accepted", at: .pointer(""))
        }
    }

    /// Refuses at once what the pipeline would refuse when its turn comes.
    private static func checkChoices(
        _ fields: GenerationFields, _ pipeline: ModelRegistry.LoadedPipeline
    ) throws(APIError) {
        let scheduler = fields.scheduler ?? pipeline.pipeline.schedulerKind
        if let eta = fields.eta, eta > 0, scheduler != .ddim { throw APIError(GenerationError.etaWithout(scheduler)) }
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

extension GenerationJob: Work {
    package static let kind = JobKind.generation

    package var drawnSize: ImageSize? { size }

    package var stepCount: Int { stepCountPerImage * request.seeds.count }

    /// Each image has a turn of its own, so that others get theirs in between.
    package func run(in session: JobSession) async throws(APIError) -> [DrawnImage] {
        let plan = try await session.turn { () throws(APIError) -> GenerationPlan in try self.plan() }
        var images: [Image] = []
        for index in request.seeds.indices {
            images.append(
                try await session.turn { () throws(APIError) -> Image in
                    try image(index, by: plan, session.metrics) { done, total, generation throws(APIError) in
                        try session.note(done, of: total) { generation.preview() }
                        show(generation, at: done - index * generation.stepCount, of: index, in: session)
                    }
                })
        }
        return try await session.turn { [images] () throws(APIError) in
            try chosen(images, session.classifiers, session.metrics)
        }
    }

    package func result(of images: [DrawnImage]) -> JobResult {
        let tokenCount = JSONValue.integer(Int64(promptMeasure.tokenCount))
        let data = images.map { JSONValue.object($0.json(topCount: topCount).merging(["revised_prompt": nil])) }
        let answer: JSONObject = [
            "created": .integer(Int64(Clock.seconds)), "data": .array(data), "output_format": .string(format.name),
            "quality": "auto", "background": "opaque",
            "usage": [
                "input_tokens": tokenCount,
                "input_tokens_details": ["text_tokens": tokenCount, "image_tokens": 0],
                "output_tokens": 0, "total_tokens": tokenCount,
            ],
        ]
        return JobResult(answer: answer.merging(choices), files: images.map(\.file))
    }
}
