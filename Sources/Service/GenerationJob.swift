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
    let kept: (count: Int, scorerIndex: Int)?
    /// The texts that exceed what the text encoder sees.
    package let truncations: [Truncation]
    /// How the images are encoded.
    let format: PictureFormat
    let unusedImageCount: Int
    let delivery: ImageDelivery
    /// How long the prompt is for the pipeline.
    package let promptMeasure: PromptMeasure
    let topCount: Int
    let adapters: [AdapterField]
    /// The prompt without the weights of its words, as scorers read it.
    let words: String

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
            adapters: try await AdapterField.bound(fields.adapters, to: pipeline.pipeline, from: registry.adapters),
            guidanceInterval: fields.guidanceInterval, deepCacheInterval: fields.deepCacheInterval ?? 1)
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

    /// The scheduler that is used.
    package var scheduler: SchedulerKind { request.scheduler ?? pipeline.pipeline.schedulerKind }

    /// What was chosen for the request, for an answer's fields.
    package var choices: JSONObject {
        var choices: JSONObject = [
            "model": .string(pipeline.id), "size": .string("\(size)"), "steps": .integer(Int64(request.steps)),
            "guidance_scale": .real(Double(request.guidanceScale)), "scheduler": .string(scheduler.rawValue),
            "eta": .real(Double(request.eta)), "adapters": .array(adapters.map(\.json)),
            "warnings": .array(truncations.map(\.json) + unusedImages),
        ]
        choices["guidance_interval"] = request.guidanceInterval?.json
        if request.deepCacheInterval > 1 {
            choices["deep_cache_interval"] = .integer(Int64(request.deepCacheInterval))
        }
        return choices
    }

    /// How many steps each image takes.
    var stepCountPerImage: Int { request.start?.stepCount(of: request.steps) ?? request.steps }

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

    func chosen(
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
            ratings: scores.map { Recipe.Rating($0) }, guidanceInterval: request.guidanceInterval,
            deepCacheInterval: request.deepCacheInterval)
    }

    /// The indices of the images that are wanted: all in order, or the best first.
    private func wanted(among scores: [[Verdict]]) -> [Int] {
        guard let kept else { return Array(scores.indices) }
        let ranks = scores.map { $0[kept.scorerIndex].rank }
        return Array(scores.indices.sorted { (-ranks[$0], $0) < (-ranks[$1], $1) }.prefix(kept.count))
    }

    /// The request as the pipeline accepts it, with its prompts encoded.
    package func plan() throws(APIError) -> GenerationPlan {
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
}
