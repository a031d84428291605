import CLIP
import Diffusion
import Images
import JSON
import Perception
import Scoring

/// Systems to be compared on the same prompts and seeds, all of it checked.
package struct Evaluation: Sendable {
    /// The images of one system and one prompt; of a system that brought its images, as many of them.
    package struct Unit: Sendable, Equatable {
        /// The system's place.
        package let system: Int
        /// The image's place in the system, prompt by prompt.
        package let place: Int
    }

    /// What is known of a unit's image.
    package struct Drawn: Sendable {
        let unit: Unit
        let verdicts: [Verdict]
        let features: [Float]?
        let dino: DINOFeatures?
        let picture: Image
    }

    /// The prompts; none where every system brought its images.
    package let prompts: [String]
    /// The systems, in the order of the answer.
    package let systems: [EvaluationSystem]
    /// The scorers of each image.
    package let scorers: [Scorer]
    /// What is measured of whole sets.
    package let metrics: [SetMetric]
    /// The place of the system that others are compared with.
    package let reference: Int
    /// The CLIP of the set metrics.
    let clip: ModelRegistry.LoadedCLIP?
    let dino: DINOModel?
    /// How many images a prompt, and the first one's seed.
    package let countPerPrompt, seed: Int
    /// Prompts that are longer than what a text encoder sees.
    package let truncations: [Truncation]

    /// The most that pixels x steps may be over all images: some hours.
    package static let maximumWork = 1 << 34
    /// The most images.
    package static let maximumImageCount = 4000

    /// Checks a request against the models that are loaded.
    package init(_ fields: EvaluationFields, registry: ModelRegistry) async throws(APIError) {
        (prompts, countPerPrompt, seed) = (fields.prompts, fields.count, fields.seed)
        try Self.checkSeeds(fields)
        var systems: [EvaluationSystem] = []
        for cursor in fields.systems {
            let left = UploadedImages.maximumPixelCount - systems.reduce(0) { $0 + $1.pixelCount }
            let system = try await EvaluationSystem(cursor, of: fields, registry: registry, maximumPixelCount: left)
            guard !systems.contains(where: { $0.name == system.name }) else {
                throw APIError(.unsupportedValue, "repeats a system's name", at: .pointer(cursor.pointer + "/name"))
            }
            systems.append(system)
        }
        self.systems = systems
        scorers = try registry.scorers(for: fields.scoring)
        reference = try Self.reference(fields, systems)
        let wanted = fields.metrics ?? (registry.defaultCLIP == nil ? [] : [.pairwiseCosine, .vendi])
        metrics = wanted
        let seesSets = wanted.contains { $0 != .dino }
        clip = seesSets || fields.embedder != nil ? try registry.clip(named: fields.embedder) : nil
        dino = registry.dinos.first
        if let index = wanted.firstIndex(of: .dino), dino == nil {
            throw APIError(.modelNotLoaded, "names 'dino', which is not loaded", at: .pointer("/metrics/\(index)"))
        }
        truncations = Self.truncations(systems)
        try checkCounts()
        try checkPrompts()
        try checkWork()
    }

    /// The units in the order in which they are computed: image by image, the reference's first.
    package var units: [Unit] {
        let order = [reference] + systems.indices.filter { $0 != reference }
        let counts = systems.indices.map(count)
        return (0..<(counts.max() ?? 0)).flatMap { place in
            order.filter { place < counts[$0] }.map { Unit(system: $0, place: place) }
        }
    }

    /// Memory that the evaluation holds while it waits.
    package var byteCount: Int { systems.reduce(0) { $0 + $1.pixelCount * 3 } }

    /// How many images a system has.
    package func count(of system: Int) -> Int {
        systems[system].count(perPrompt: countPerPrompt, promptCount: prompts.count)
    }

    /// Draws a unit's image, scores and embeds it; `note` is called at every step, and may end the drawing.
    package func draw(
        _ unit: Unit, _ classifiers: ClassifierCache, _ figures: Metrics? = nil, note: () throws(APIError) -> Void = {}
    ) throws(APIError) -> Drawn {
        let image = try image(of: unit, figures, note)
        let prompt = unit.place / countPerPrompt
        let words = prompt < prompts.count ? [prompts[prompt]] : nil
        var embedded = EmbeddedImages([image], prompts: words)
        let verdicts = try ScoreJob(images: [image], scorers: scorers, prompts: words).run(
            &embedded, classifiers, figures)
        return Drawn(
            unit: unit, verdicts: verdicts[0], features: clip.map { embedded.features(by: $0)[0] },
            dino: metrics.contains(.dino) ? dino?.features(of: [image])[0] : nil, picture: image)
    }

    private func image(
        of unit: Unit, _ figures: Metrics?, _ note: () throws(APIError) -> Void
    ) throws(APIError) -> Image {
        switch systems[unit.system].source {
        case .pipeline(let jobs):
            let job = jobs[unit.place / countPerPrompt]
            let plan = try job.plan()
            return try job.image(unit.place % countPerPrompt, by: plan, figures) { _, _, _ throws(APIError) in
                try note()
            }
        case .can(let network, let latents):
            return try GANJob.images(of: network, latents: latents, seeds: [UInt64(seed + unit.place)], figures)[0]
        case .images(let images): return images[unit.place]
        }
    }

    private static func reference(_ fields: EvaluationFields, _ systems: [EvaluationSystem]) throws(APIError) -> Int {
        guard let name = fields.reference else { return 0 }
        guard let index = systems.firstIndex(where: { $0.name == name }) else {
            throw APIError(.unsupportedValue, "names none of the systems", at: .pointer("/reference"))
        }
        return index
    }

    private static func truncations(_ systems: [EvaluationSystem]) -> [Truncation] {
        var truncations: [Truncation] = []
        for system in systems {
            guard case .pipeline(let jobs) = system.source else { continue }
            for (index, job) in jobs.enumerated() {
                let truncation = Truncation(of: job.promptMeasure, at: "/prompts/\(index)")
                if let truncation, !truncations.contains(truncation) { truncations.append(truncation) }
            }
        }
        return truncations
    }
}
