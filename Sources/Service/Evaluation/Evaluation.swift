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
        /// The prompt's place.
        package let slot: Int
    }

    /// What is known of a unit's images.
    package struct Drawn: Sendable {
        let unit: Unit
        let verdicts: [[Verdict]]
        let features: [[Float]]
        let dino: [DINOFeatures]
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
    package init(_ fields: EvaluationFields, registry: ModelRegistry) throws(APIError) {
        (prompts, countPerPrompt, seed) = (fields.prompts, fields.count, fields.seed)
        try Self.checkSeeds(fields)
        var systems: [EvaluationSystem] = []
        for cursor in fields.systems {
            let left = UploadedImages.maximumPixelCount - systems.reduce(0) { $0 + $1.pixelCount }
            let system = try EvaluationSystem(cursor, of: fields, registry: registry, maximumPixelCount: left)
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
        truncations = Self.truncations(prompts, systems)
        try checkCounts()
        try checkPrompts()
        try checkWork()
    }

    /// The units in the order in which they are computed: prompt by prompt, the reference first.
    package var units: [Unit] {
        let order = [reference] + systems.indices.filter { $0 != reference }
        let slotCounts = systems.indices.map { (count(of: $0) + countPerPrompt - 1) / countPerPrompt }
        return (0..<(slotCounts.max() ?? 0)).flatMap { slot in
            order.filter { slot < slotCounts[$0] }.map { Unit(system: $0, slot: slot) }
        }
    }

    /// Memory that the evaluation holds while it waits.
    package var byteCount: Int { systems.reduce(0) { $0 + $1.pixelCount * 3 } }

    /// How many images a system has.
    package func count(of system: Int) -> Int {
        systems[system].count(perPrompt: countPerPrompt, promptCount: prompts.count)
    }

    /// Draws a unit's images, scores and embeds them; nil once it is no longer wanted, which is asked at every step.
    package func draw(
        _ unit: Unit, _ classifiers: ClassifierCache, isWanted: () -> Bool = { true }
    ) throws(APIError) -> Drawn? {
        guard let images = try images(of: unit, isWanted) else { return nil }
        let words = unit.slot < prompts.count ? [String](repeating: prompts[unit.slot], count: images.count) : nil
        var embedded = EmbeddedImages(images, prompts: words)
        let verdicts = try ScoreJob(images: images, scorers: scorers, prompts: words).run(&embedded, classifiers)
        return Drawn(
            unit: unit, verdicts: verdicts, features: clip.map { embedded.features(by: $0) } ?? [],
            dino: metrics.contains(.dino) ? dino?.features(of: images) ?? [] : [], picture: images[0])
    }

    private func images(of unit: Unit, _ isWanted: () -> Bool) throws(APIError) -> [Image]? {
        switch systems[unit.system].source {
        case .pipeline(let jobs): return try jobs[unit.slot].images { _, _ in isWanted() }
        case .can(let network, let latents):
            let first = seed + unit.slot * countPerPrompt
            let seeds = (0..<countPerPrompt).map { UInt64(first + $0) }
            return try GANJob.images(of: network, latents: latents, seeds: seeds)
        case .images(let images):
            let first = unit.slot * countPerPrompt
            return Array(images[first..<min(images.count, first + countPerPrompt)])
        }
    }

    private static func reference(_ fields: EvaluationFields, _ systems: [EvaluationSystem]) throws(APIError) -> Int {
        guard let name = fields.reference else { return 0 }
        guard let index = systems.firstIndex(where: { $0.name == name }) else {
            throw APIError(.unsupportedValue, "names none of the systems", at: .pointer("/reference"))
        }
        return index
    }

    private static func truncations(_ prompts: [String], _ systems: [EvaluationSystem]) -> [Truncation] {
        var truncations: [Truncation] = []
        for system in systems {
            guard case .pipeline(let jobs) = system.source, let first = jobs.first else { continue }
            for (index, prompt) in prompts.enumerated() {
                let truncation = Truncation(
                    of: prompt, at: "/prompts/\(index)", by: first.pipeline.pipeline.tokenizer)
                if let truncation, !truncations.contains(truncation) { truncations.append(truncation) }
            }
        }
        return truncations
    }
}
