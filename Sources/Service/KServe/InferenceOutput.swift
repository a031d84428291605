import Scoring

/// A figure of scorers, by the name of its tensor.
enum InferenceOutput: String, Sendable {
    case ambiguity
    case probabilities = "probs"
    case entropy
    case reward
    case topLabel = "top_label"
    case value

    /// The values of a tensor, row by row.
    enum Values: Sendable, Equatable {
        case numbers([Float])
        case texts([String])
    }

    /// What a scorer has to say: style classifiers what their posterior tells, metrics their value.
    static func all(of scorer: Scorer) -> [InferenceOutput] {
        scorer.labels == nil ? [.value] : [.ambiguity, .probabilities, .entropy, .reward, .topLabel]
    }

    /// The name that the protocol has for the type of the values.
    var datatype: String { self == .topLabel ? "BYTES" : "FP32" }

    /// The values for pictures.
    func values(of verdicts: [Verdict]) -> Values {
        if self == .value { return .numbers(verdicts.map { Float($0.value) }) }
        let scores = verdicts.compactMap { if case .style(let score) = $0 { score } else { nil } }
        let posteriors = scores.map(\.posterior)
        return switch self {
        case .topLabel: .texts(scores.map { $0.top(1)[0].label })
        case .probabilities: .numbers(posteriors.flatMap { $0.probabilities.map(Float.init) })
        case .ambiguity: .numbers(posteriors.map { Float($0.ambiguity) })
        case .entropy: .numbers(posteriors.map { Float($0.entropy) })
        case .reward, .value: .numbers(posteriors.map { Float($0.reward) })
        }
    }
}
