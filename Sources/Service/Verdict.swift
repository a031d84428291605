package import JSON
package import Scoring

/// What a scorer says of one image.
package enum Verdict: Sendable, Equatable {
    /// Of a style classifier.
    case style(Score)
    /// Of anything else.
    case metric(Metric)

    /// The scorer's name.
    package var scorer: String {
        switch self {
        case .style(let score): score.scorer
        case .metric(let metric): metric.scorer
        }
    }

    /// What sums take: the reward, or the metric's value.
    package var value: Double {
        switch self {
        case .style(let score): score.posterior.reward
        case .metric(let metric): metric.value
        }
    }

    /// What the best of several images has most of: ambiguity, or the metric's value.
    package var rank: Double {
        switch self {
        case .style(let score): score.posterior.ambiguity
        case .metric(let metric): metric.value
        }
    }

    /// Whether every number in it is finite.
    package var isFinite: Bool {
        switch self {
        case .style(let score): score.posterior.isFinite && score.authenticity?.realProbability.isNaN != true
        case .metric(let metric): metric.value.isFinite
        }
    }

    /// The `Score` or the `Metric` of the API; of a score, with the `topCount` most probable styles.
    package func json(topCount: Int) -> JSONValue {
        switch self {
        case .style(let score): score.json(topCount: topCount)
        case .metric(let metric): metric.json
        }
    }
}

extension Metric {
    /// The `Metric` of the API.
    package var json: JSONValue {
        var json: JSONObject = [
            "scorer": .string(scorer), "value": .real(value), "range": range.json,
            "embedder": embedder.map(JSONValue.string) ?? .null,
        ]
        if !terms.isEmpty {
            json["terms"] = .array(
                terms.map { ["scorer": .string($0.scorer), "weight": .real($0.weight), "value": .real($0.value)] })
        }
        return .object(json)
    }
}

extension Metric.Range {
    /// Two bounds, null where there is none.
    package var json: JSONValue { .array([lower, upper].map { $0.map(JSONValue.real) ?? .null }) }
}
