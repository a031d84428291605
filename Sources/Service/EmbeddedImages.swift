import CLIP
import Images
import Perception
import Scoring
import Tensors

extension ModelRegistry.LoadedCLIP {
    /// The unit vector of a picture, D numbers.
    package func embedding(ofEncoded image: [UInt8]) throws(APIError) -> [Float] {
        var uploaded = UploadedImages()
        try uploaded.append(encoded: image, at: .pointer(""))
        return model.embed(images: uploaded.images).rows[0]
    }

    /// A vector of its space, scaled to length 1 as those of images are.
    func unitVector(_ vector: [Float], at place: APIError.Place) throws(APIError) -> [Float] {
        let width = model.configuration.width
        guard vector.count == width else {
            throw APIError(
                .outOfRange, "must have \(width) numbers as the space of '\(id)' has, not \(vector.count)", at: place)
        }
        let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 0, length.isFinite else {
            throw APIError(.outOfRange, "must be finite numbers in single precision, and not all zero", at: place)
        }
        return vector.map { Float(Double($0) / length) }
    }
}

/// The images of a job, each embedded at most once by each model, whichever scorers ask.
struct EmbeddedImages {
    /// The images; none where their embeddings came ready.
    let images: [Image]
    /// How many there are.
    let count: Int
    /// A prompt for each image; nil where scorers need none.
    private let prompts: [String]?
    private var known: [String: (features: [[Float]], embeddings: [[Float]])] = [:]

    /// How many images a CLIP sees at once: activations of many are larger than caches.
    private static let batchCount = 32
    /// The same of ImageReward, whose layers take some megabytes an image.
    private static let rewardBatchCount = 8

    init(_ images: [Image], prompts: [String]? = nil) {
        precondition(prompts.map { $0.count == images.count } ?? true, "a prompt for each image")
        (self.images, count, self.prompts) = (images, images.count, prompts)
    }

    /// Images of which there is nothing but their unit vectors in a CLIP's space.
    init(_ embeddings: [[Float]], by clip: ModelRegistry.LoadedCLIP, prompts: [String]? = nil) {
        precondition(prompts.map { $0.count == embeddings.count } ?? true, "a prompt for each embedding")
        (images, count, self.prompts) = ([], embeddings.count, prompts)
        known[clip.id] = (embeddings, embeddings)
    }

    /// The images' unit vectors in a CLIP's space, N of D numbers.
    mutating func embeddings(by clip: ModelRegistry.LoadedCLIP) -> [[Float]] {
        seen(by: clip).embeddings
    }

    /// The images in a CLIP's space before they are scaled to length 1, N of D numbers.
    mutating func features(by clip: ModelRegistry.LoadedCLIP) -> [[Float]] { seen(by: clip).features }

    private mutating func seen(by clip: ModelRegistry.LoadedCLIP) -> (features: [[Float]], embeddings: [[Float]]) {
        if let known = known[clip.id] { return known }
        var fresh: (features: [[Float]], embeddings: [[Float]]) = ([], [])
        for start in stride(from: 0, to: images.count, by: Self.batchCount) {
            let part = Array(images[start..<min(images.count, start + Self.batchCount)])
            let features = clip.model.features(of: part)
            fresh.features += features.rows
            fresh.embeddings += features.normalized().rows
        }
        known[clip.id] = fresh
        return fresh
    }

    /// The cosine of each image and its prompt in a CLIP's space.
    mutating func promptCosines(by clip: ModelRegistry.LoadedCLIP) -> [Double] {
        // Images of one job often share a prompt.
        let prompts = requiredPrompts
        let distinct = Array(Set(prompts)).sorted()
        var vectors: [String: [Float]] = [:]
        for start in stride(from: 0, to: distinct.count, by: Self.batchCount) {
            let part = Array(distinct[start..<min(distinct.count, start + Self.batchCount)])
            for (prompt, vector) in zip(part, clip.model.embed(texts: part).rows) { vectors[prompt] = vector }
        }
        return zip(embeddings(by: clip), prompts).map { image, prompt in
            zip(image, vectors[prompt] ?? []).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
    }

    /// ImageReward's score of each image and its prompt.
    func rewards(by model: ImageRewardModel) -> [Double] {
        let prompts = requiredPrompts
        return stride(from: 0, to: images.count, by: Self.rewardBatchCount).flatMap { start in
            let part = start..<min(images.count, start + Self.rewardBatchCount)
            return model.rewards(of: Array(images[part]), for: Array(prompts[part])).map(Double.init)
        }
    }

    private var requiredPrompts: [String] {
        guard let prompts else { preconditionFailure("a scorer of prompts without any") }
        return prompts
    }
}
