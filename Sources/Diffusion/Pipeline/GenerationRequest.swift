/// What to draw, and how.
package struct GenerationRequest: Sendable, Equatable {
    /// What the pictures show.
    package var prompt: String
    /// What they should not show; without effect where guidance is off.
    package var negativePrompt: String
    /// The width in pixels.
    package var width: Int
    /// The height in pixels.
    package var height: Int
    /// One picture for each seed.
    package var seeds: [UInt64]
    /// How many denoising steps.
    package var steps: Int
    /// The weight of classifier-free guidance; off at 1 or less.
    package var guidanceScale: Float
    /// Where on the way guidance is applied; everywhere if nil.
    package var guidanceInterval: GuidanceInterval?
    /// Every so many steps the whole U-Net is evaluated, and in between only its last layer; 1 is always.
    package var deepCacheInterval: Int
    /// The scheduler; the pipeline's own if nil.
    package var scheduler: SchedulerKind?
    /// How much noise DDIM adds at each step.
    package var eta: Float
    /// Whether to decode by the pipeline's small autoencoder.
    package var usesFastDecoder: Bool
    /// What is added to the layers of the U-Net and the text encoder.
    package var adapters: [ScaledAdapter]

    /// The picture to begin from; noise if nil.
    package var start: StartImage?

    /// The longest prompt, in Unicode scalars.
    package static let maximumPromptLength = 32_000
    /// The sides of a picture.
    package static let sides = 64...1024
    /// The numbers of steps.
    package static let stepCounts = 1...150
    /// The guidance scales.
    package static let guidanceScales: ClosedRange<Float> = 0...30
    /// The intervals of `DeepCache`.
    package static let deepCacheIntervals = 1...20
    /// The values of eta.
    package static let etas: ClosedRange<Float> = 0...1
    /// The strengths of a picture's change.
    package static let strengths: ClosedRange<Double> = 0...1
    /// The scales of adapters.
    package static let adapterScales: ClosedRange<Float> = -4...4
    /// The seeds: PyTorch's generator folds larger ones.
    package static let seedRange: ClosedRange<UInt64> = 0...0xFFFF_FFFF

    /// A request; it is checked when a pipeline plans it.
    package init(
        prompt: String, negativePrompt: String = "", width: Int, height: Int, seeds: [UInt64] = [0], steps: Int,
        guidanceScale: Float, scheduler: SchedulerKind? = nil, eta: Float = 0, usesFastDecoder: Bool = false,
        start: StartImage? = nil, adapters: [ScaledAdapter] = [], guidanceInterval: GuidanceInterval? = nil,
        deepCacheInterval: Int = 1
    ) {
        self.prompt = prompt
        self.negativePrompt = negativePrompt
        self.width = width
        self.height = height
        self.seeds = seeds
        self.steps = steps
        self.guidanceScale = guidanceScale
        self.guidanceInterval = guidanceInterval
        self.deepCacheInterval = deepCacheInterval
        self.scheduler = scheduler
        self.eta = eta
        self.usesFastDecoder = usesFastDecoder
        self.start = start
        self.adapters = adapters
    }

    /// Refuses what no pipeline draws.
    func check() throws(GenerationError) {
        for text in [prompt, negativePrompt] where text.unicodeScalars.count > Self.maximumPromptLength {
            throw .promptTooLong(text.unicodeScalars.count, maximum: Self.maximumPromptLength)
        }
        for side in [width, height] { try Self.check(.size, side, in: Self.sides) }
        for seed in seeds { try Self.check(.seed, seed, in: Self.seedRange) }
        try Self.check(.steps, steps, in: Self.stepCounts)
        try Self.check(.guidanceScale, guidanceScale, in: Self.guidanceScales)
        if let interval = guidanceInterval, !interval.isValid {
            throw .outOfRange(
                .guidanceInterval, actual: "[\(interval.start), \(interval.end)]",
                expected: "\(GuidanceInterval.fractions), the start before the end")
        }
        try Self.check(.deepCacheInterval, deepCacheInterval, in: Self.deepCacheIntervals)
        try Self.check(.eta, eta, in: Self.etas)
        if let start { try Self.check(.strength, start.strength, in: Self.strengths) }
        for use in adapters { try Self.check(.adapterScale, use.scale, in: Self.adapterScales) }
    }

    private static func check<Value>(
        _ parameter: GenerationError.Parameter, _ value: Value, in range: ClosedRange<Value>
    ) throws(GenerationError) {
        guard range.contains(value) else { throw .outOfRange(parameter, actual: "\(value)", expected: "\(range)") }
    }
}
