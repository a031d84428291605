package import Images
package import JSON
import Scoring

/// Images and the scorers to run on them, all of it checked.
package struct ScoreJob: Sendable {
    /// The images, in the order of the answer.
    package let images: [Image]
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
        if prompts == nil, let needy = scorers.first(where: \.needsPrompt) {
            throw APIError(.missingField, "is required by scorer '\(needy.id)'", at: .pointer("/prompt"))
        }
        (self.images, self.scorers, self.prompts, self.topCount) = (images, scorers, prompts, topCount)
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
        [
            "width": .integer(Int64(images[index].width)), "height": .integer(Int64(images[index].height)),
            "scores": .array(scores.map { $0.json(topCount: topCount) }),
        ]
    }

    /// What the queue counts: an image is resized before the network sees it, so that its own size hardly matters.
    package var cost: Admission.Cost {
        let pixelsPerScore = 1 << 20  // one pass of a CLIP stands for about as many pixel steps of a U-Net
        return Admission.Cost(
            work: images.count * scorers.count * pixelsPerScore,
            byteCount: images.reduce(0) { $0 + $1.pixels.count })
    }

    /// The scores of each image.
    package func run(_ classifiers: ClassifierCache, _ metrics: Metrics? = nil) throws(APIError) -> [[Verdict]] {
        var embedded = EmbeddedImages(images, prompts: prompts)
        return try run(&embedded, classifiers, metrics)
    }

    /// The scores of each image; leaves the embeddings to whoever needs them next.
    func run(
        _ embedded: inout EmbeddedImages, _ classifiers: ClassifierCache, _ metrics: Metrics?
    ) throws(APIError) -> [[Verdict]] {
        var verdicts = [[Verdict]](repeating: [], count: images.count)
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
