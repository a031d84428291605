import CLIP
import HTTP
import JSON
import Scoring

/// `/hf/models/{model}` and `/pipeline/{task}/{model}`: Hugging Face's task API.
struct HuggingFaceRoute: Sendable {
    private let registry: ModelRegistry
    private let queue: JobQueue

    /// Tasks for a registry's models.
    init(registry: ModelRegistry, queue: JobQueue) { (self.registry, self.queue) = (registry, queue) }

    /// Does the task that the path names, or else the one that follows from the model and the body.
    func answer(_ call: Call, task name: String? = nil) async throws(APIError) -> Response {
        let stated = try name.map { name throws(APIError) in try HuggingFaceTask(named: name) }
        let model = try HuggingFaceModel(named: call.name("model"), in: registry)
        let input = try HuggingFaceInput(call.request)
        let task = stated ?? model.task(of: input)
        switch task {
        case .textToImage:
            guard let pipeline = model.pipeline else { throw model.refusal(of: task) }
            return try await image(TextToImageFields(input.json(for: task), pipeline: pipeline), call)
        case .imageClassification:
            guard let scorer = model.classifier else { throw model.refusal(of: task) }
            let fields = try ClassificationFields(input)
            return .json(fields.answer(try await score(ScoreJob(images: fields.images, scorers: [scorer]), call)))
        case .zeroShotImageClassification:
            guard let clip = model.clip else { throw model.refusal(of: task) }
            let fields = try ZeroShotFields(input.json(for: task))
            let scorer = Scorer(id: clip.id, kind: .clip(clip, fields.styles, .cosine))
            return .json(fields.answer(try await score(ScoreJob(images: fields.images, scorers: [scorer]), call)))
        case .featureExtraction:
            guard let clip = model.clip else { throw model.refusal(of: task) }
            let fields = try FeatureExtractionFields(input.json(for: task), tokenizer: clip.model.tokenizer)
            let job = EmbeddingJob(fields.texts, by: clip, isNormalized: fields.isNormalized)
            let vectors = try await queue.perform(job, for: call.caller)
            return .json(.array(vectors.map { .array($0.map { .real(Double($0)) }) }))
        }
    }

    private func image(_ fields: TextToImageFields, _ call: Call) async throws(APIError) -> Response {
        let format = try Self.format(call.request)
        do throws(APIError) {
            var generation = fields.generation
            generation.format = format
            let job = try await GenerationJob(generation, registry: registry)
            let images = try await queue.perform(job, for: call.caller)
            guard let image = images.first else { throw APIError(.internalError, "Nothing was drawn.") }
            return Response(status: 200, headers: [("Content-Type", image.file.type)], body: image.file.bytes)
        } catch {
            throw error.inTextToImage
        }
    }

    private func score(_ job: ScoreJob, _ call: Call) async throws(APIError) -> Score {
        guard case .style(let score)? = try await queue.perform(job, for: call.caller).first?.first else {
            throw APIError(.internalError, "The classifier gave no posterior.")
        }
        return score
    }

    private static let jpegQuality = 95  // the highest that Pillow's documentation advises

    /// What the client admits (RFC 9110 section 12.5.1): a PNG if it does, else a JPEG.
    private static func format(_ request: Request) throws(APIError) -> PictureFormat {
        let ranges = request.headers.filter { $0.name.lowercased() == "accept" }
            .flatMap { $0.value.split(separator: ",") }
            .map { range in range.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased() }
        if ranges.isEmpty || ranges.contains(where: ["image/png", "image/*", "*/*"].contains) { return .png }
        guard ranges.contains("image/jpeg") else {
            let wanted = ranges.joined(separator: ", ").shortened
            throw APIError(
                .unsupportedValue, "must admit image/png or image/jpeg, not only '\(wanted)'", at: .parameter("Accept"))
        }
        return .jpeg(quality: jpegQuality)
    }
}
