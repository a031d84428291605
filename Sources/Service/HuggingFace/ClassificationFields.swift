import Glibc
import Images
import JSON
import Scoring

/// The body of `image-classification`.
struct ClassificationFields {
    /// What becomes of logits, by the names that transformers has for it.
    enum Function: String, CaseIterable {
        case softmax, sigmoid, none
    }

    /// The parameters.
    static let names = ["top_k", "function_to_apply"]

    /// The picture, in an array of one.
    let images: [Image]
    private let topCount: Int
    private let function: Function

    /// transformers' pipeline lists five.
    private static let defaultTopCount = 5

    /// Reads a picture as it is, or base64 with parameters.
    init(_ input: HuggingFaceInput) throws(APIError) {
        var uploaded = UploadedImages(maximumCount: 1)
        switch input {
        case .picture(let file):
            (topCount, function) = (Self.defaultTopCount, .softmax)
            try uploaded.append(encoded: file, at: .pointer(""))
        case .json(let body):
            let picture: JSONCursor
            do throws(JSONFieldError) {
                let parameters = try body.parameters(Self.names)
                (topCount, function) = (try Self.topCount(parameters), try Self.function(parameters))
                picture = try body.required("inputs")
            } catch {
                throw APIError(error)
            }
            try uploaded.append(picture)
        }
        images = uploaded.images
    }

    private static func topCount(_ parameters: JSONCursor) throws(JSONFieldError) -> Int {
        try parameters.field("top_k")?.integer(in: 1...StyleList.maximumCount) ?? defaultTopCount
    }

    private static func function(_ parameters: JSONCursor) throws(JSONFieldError) -> Function {
        let name = try parameters.field("function_to_apply")?.choice(of: Function.allCases.map(\.rawValue))
        return name.flatMap(Function.init) ?? .softmax
    }

    /// The labels with what the classifier gives them, the best first.
    func answer(_ score: Score) -> JSONValue {
        let values =
            switch function {
            case .softmax: score.posterior.probabilities
            case .sigmoid: score.posterior.logits.map { 1 / (1 + exp(-$0)) }
            case .none: score.posterior.logits
            }
        // Logits have the order of probabilities, but sigmoids of large ones are all 1.
        return .labelled(score.posterior.top(topCount).map { (score.labels[$0], values[$0]) })
    }
}

extension JSONValue {
    /// The list that classifiers answer with.
    static func labelled(_ entries: [(label: String, score: Double)]) -> JSONValue {
        .array(entries.map { ["label": .string($0.label), "score": .real($0.score)] })
    }
}
