package import Images
package import JSON
import Scoring

/// Images, or their embeddings, and the scorers to run on them, all of it checked.
package struct ScoreJob: Sendable {
    private enum Subjects: Sendable {
        case images([Image])
        /// Unit vectors in a CLIP's space.
        case embeddings([[Float]], ModelRegistry.LoadedCLIP)

        var count: Int {
            switch self {
            case .images(let images): images.count
            case .embeddings(let vectors, _): vectors.count
            }
        }
    }

    /// What is scored, in the order of the answer.
    private let subjects: Subjects
    /// The scorers, in the order of the answer.
    package let scorers: [Scorer]
    /// A prompt for each image; nil where there is none.
    private let prompts: [String]?
    /// How many of the most probable styles an answer lists.
    private let topCount: Int

    /// A job over images that have been decoded, with a prompt each if any scorer needs one.
    package init(
        images: [Image], scorers: [Scorer], prompts: [String]? = nil, topCount: Int = 1
    ) throws(APIError) {
        try self.init(.images(images), scorers, prompts, topCount)
    }

    /// A job over vectors of the one CLIP whose embeddings all the scorers look at.
    init(
        embeddings: [[Float]], scorers: [Scorer], prompts: [String]? = nil, topCount: Int = 1
    ) throws(APIError) {
        let clip = try Self.clip(of: scorers)
        var vectors: [[Float]] = []
        for (index, embedding) in embeddings.enumerated() {
            vectors.append(try clip.unitVector(embedding, at: .pointer("/embeddings/\(index)")))
        }
        try self.init(.embeddings(vectors, clip), scorers, prompts, topCount)
    }

    private init(_ subjects: Subjects, _ scorers: [Scorer], _ prompts: [String]?, _ topCount: Int) throws(APIError) {
        if prompts == nil, let needy = scorers.first(where: \.needsPrompt) {
            throw APIError(.missingField, "is required by scorer '\(needy.id)'", at: .pointer("/prompt"))
        }
        (self.subjects, self.scorers, self.prompts, self.topCount) = (subjects, scorers, prompts, topCount)
    }

    private static func clip(of scorers: [Scorer]) throws(APIError) -> ModelRegistry.LoadedCLIP {
        let place = APIError.Place.pointer("/scorers")
        var clips: [ModelRegistry.LoadedCLIP] = []
        for scorer in scorers.flatMap(\.parts) {
            guard let clip = scorer.clip else {
                throw APIError(
                    .unsupportedValue,
                    "must be scorers of embeddings, but '\(scorer.id)' looks at the images themselves",
                    at: place)
            }
            if !clips.contains(where: { $0.id == clip.id }) { clips.append(clip) }
        }
        guard let clip = clips.first, clips.count == 1 else {
            let names = clips.map { "'\($0.id)'" }.joined(separator: ", ")
            throw APIError(
                .unsupportedValue, "must be scorers of one CLIP's embeddings, not of \(names.isEmpty ? "none" : names)",
                at: place)
        }
        return clip
    }

    /// A job over one PNG or JPEG.
    package init(
        encoded image: [UInt8], scorers: [Scorer], prompt: String? = nil, topCount: Int = 1
    ) throws(APIError) {
        var uploaded = UploadedImages()
        try uploaded.append(encoded: image, at: .pointer(""))
        try self.init(images: uploaded.images, scorers: scorers, prompts: prompt.map { [$0] }, topCount: topCount)
    }

    /// One image's entry in an answer.
    package func json(of index: Int, _ scores: [Verdict]) -> JSONObject {
        var json: JSONObject = [:]
        if case .images(let images) = subjects {
            json = ["width": .integer(Int64(images[index].width)), "height": .integer(Int64(images[index].height))]
        }
        json["scores"] = .array(scores.map { $0.json(topCount: topCount) })
        return json
    }

    /// What the queue counts: an image is resized before the network sees it, so that its own size hardly matters.
    package var cost: Admission.Cost {
        let scoreCount = subjects.count * scorers.count
        return switch subjects {
        // One pass of a CLIP stands for about as many pixel steps of a U-Net, a look at its vector for a hundredth.
        case .images(let images):
            Admission.Cost(work: scoreCount << 20, byteCount: images.reduce(0) { $0 + $1.pixels.count })
        case .embeddings(let vectors, _):
            Admission.Cost(
                work: scoreCount << 13, byteCount: vectors.reduce(0) { $0 + $1.count * MemoryLayout<Float>.size })
        }
    }

    /// The scores of each image.
    package func run(_ classifiers: ClassifierCache, _ metrics: Metrics? = nil) throws(APIError) -> [[Verdict]] {
        var embedded =
            switch subjects {
            case .images(let images): EmbeddedImages(images, prompts: prompts)
            case .embeddings(let vectors, let clip): EmbeddedImages(vectors, by: clip, prompts: prompts)
            }
        return try run(&embedded, classifiers, metrics)
    }

    /// The scores of each image; leaves the embeddings to whoever needs them next.
    func run(
        _ embedded: inout EmbeddedImages, _ classifiers: ClassifierCache, _ metrics: Metrics?
    ) throws(APIError) -> [[Verdict]] {
        var verdicts = [[Verdict]](repeating: [], count: subjects.count)
        for scorer in scorers {
            let start = ContinuousClock.now
            do throws(APIError) {
                for (index, verdict) in try scorer.verdicts(on: &embedded, classifiers).enumerated() {
                    verdicts[index].append(verdict)
                }
            } catch {
                if error.code == .nonfiniteOutput { metrics?.noteNonfinite(.scoring) }
                throw error
            }
            metrics?.noteScoring(by: scorer, since: start)
        }
        return verdicts
    }
}

extension ScoreJob: Work {
    package static let kind = JobKind.scores

    package var stepCount: Int { 1 }

    /// Distances to some centres are measured in some tens of microseconds.
    package var isBrief: Bool {
        guard case .embeddings(let vectors, _) = subjects else { return false }
        var size = 0
        for scorer in scorers.flatMap(\.parts) {
            guard case .centroids(let set, _) = scorer.kind else { return false }
            size += set.centres.count * set.width
        }
        return vectors.count * size <= Self.briefSize
    }

    /// The most products of a job that is brief.
    private static let briefSize = 1 << 16

    package func run(in session: JobSession) async throws(APIError) -> [[Verdict]] {
        try await session.turn { () throws(APIError) in try run(session.classifiers, session.metrics) }
    }

    package func result(of scores: [[Verdict]]) -> JobResult {
        let data = scores.enumerated().map { index, scores -> JSONValue in
            .object((["index": .integer(Int64(index))] as JSONObject).merging(json(of: index, scores)))
        }
        return JobResult(answer: ["object": "list", "data": .array(data)])
    }
}
