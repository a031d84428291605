/// A task of Hugging Face's inference API, by the name that it has there.
enum HuggingFaceTask: String, Sendable, CaseIterable {
    case textToImage = "text-to-image"
    case imageClassification = "image-classification"
    case zeroShotImageClassification = "zero-shot-image-classification"
    case featureExtraction = "feature-extraction"

    /// The task that stands in a path.
    init(named name: String) throws(APIError) {
        guard let task = Self(rawValue: name) else {
            let names = Self.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw APIError(.notFound, "There is no task '\(name.shortened)'; there are \(names).")
        }
        self = task
    }
}
