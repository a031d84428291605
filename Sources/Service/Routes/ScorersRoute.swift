import CLIP
import GAN
import Glibc
package import HTTP
import JSON
import Scoring

/// `GET /v1/scorers`: the scorers that are loaded, with their styles.
package struct ScorersRoute: Sendable {
    private let registry: ModelRegistry

    /// Lists the registry's scorers.
    package init(registry: ModelRegistry) { self.registry = registry }

    /// All scorers.
    package func list() -> Response {
        .json(["object": "list", "data": .array(registry.scorers.map(json))])
    }

    private func json(_ scorer: Scorer) -> JSONValue {
        var common: JSONObject = [
            "id": .string(scorer.id), "object": "scorer", "default": .bool(scorer.id == "clip"),
        ]
        if let embedder = scorer.embedder { common["embedder"] = .string(embedder) }
        guard let labels = scorer.labels else {
            let own: JSONObject = [
                "kind": "metric", "range": scorer.range.json, "needs_prompt": .bool(scorer.needsPrompt),
            ]
            return .object(common.merging(own))
        }
        let own: JSONObject = [
            "k": .integer(Int64(labels.count)), "labels": .array(labels.map(JSONValue.string)),
            "max_reward": .real(-log(Double(labels.count))),
        ]
        return .object(common.merging(own).merging(self.own(scorer.kind)))
    }

    /// What only one kind of classifier has.
    private func own(_ kind: Scorer.Kind) -> JSONObject {
        switch kind {
        case .clip(let clip, _, _): ["kind": "clip", "temperature": .real(1 / Double(clip.model.logitScale))]
        case .centroids(let centroids, _):
            [
                "kind": "kmeans", "temperature": 1, "centroids": .string(centroids.name),
                "source": .string(centroids.source.rawValue),
            ]
        case .can(let networks):
            ["kind": "gan", "temperature": 1, "networks": .array(networks.networks.map { .string($0.name) })]
        case .promptSimilarity, .clipScore, .aesthetic, .imageReward, .composite: [:]
        }
    }
}
