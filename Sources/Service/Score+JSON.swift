package import JSON
package import Scoring

extension Score {
    /// The `Score` of the API, with the `topCount` most probable styles.
    package func json(topCount: Int) -> JSONValue {
        let probabilities = zip(labels, posterior.probabilities).map { ($0, JSONValue.real($1)) }
        var json: JSONObject = [
            "scorer": .string(scorer), "reward": .real(posterior.reward), "ambiguity": .real(posterior.ambiguity),
            "entropy": .real(posterior.entropy), "kl_from_uniform": .real(posterior.klFromUniform),
            "max_reward": .real(posterior.maximumReward),
            "top": .array(top(topCount).map { ["label": .string($0.label), "probability": .real($0.probability)] }),
            "probabilities": .object(JSONObject(probabilities)),
        ]
        if let authenticity {
            json["real_probability"] = .real(authenticity.realProbability)
            json["network"] = .string(authenticity.network)
        }
        return .object(json)
    }
}
