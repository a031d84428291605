package import Images
package import JSON
package import Scoring

/// Images and the scorers to run on them, all of it checked.
package struct ScoreJob: Sendable {
    /// The images, in the order of the answer.
    package let images: [Image]
    /// The scorers, in the order of the answer.
    package let scorers: [Scorer]

    /// A job over images that have been decoded.
    package init(images: [Image], scorers: [Scorer]) {
        self.images = images
        self.scorers = scorers
    }

    /// A job over one PNG.
    package init(png: [UInt8], scorers: [Scorer]) throws(APIError) {
        var uploaded = UploadedImages()
        try uploaded.append(png: png, at: .pointer(""))
        self.init(images: uploaded.images, scorers: scorers)
    }

    /// One image's entry in an answer.
    package func json(of index: Int, _ scores: [Score], topCount: Int) -> JSONObject {
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
    package func run(_ classifiers: ClassifierCache) throws(APIError) -> [[Score]] {
        var scores = [[Score]](repeating: [], count: images.count)
        var embedded = EmbeddedImages(images)
        for scorer in scorers {
            for (index, score) in try scorer.scores(of: &embedded, classifiers).enumerated() {
                scores[index].append(score)
            }
        }
        return scores
    }
}
