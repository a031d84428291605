import CLIP
import Glibc
package import HTTP
import JSON
import Scoring

/// `GET /v1/scorers`: the scorers that are loaded, with their styles.
package struct ScorersRoute: Sendable {
    private let registry: ModelRegistry

    /// Lists the scorers of the registry's CLIPs.
    package init(registry: ModelRegistry) { self.registry = registry }

    /// All scorers.
    package func list() -> Response {
        let data = registry.scorers.map { scorer -> JSONValue in
            let labels = scorer.clip.styles.labels
            return [
                "id": .string(scorer.id), "object": "scorer", "kind": "clip",
                "default": .bool(scorer.clip.id == registry.defaultCLIP?.id), "embedder": .string(scorer.clip.id),
                "k": .integer(Int64(labels.count)), "labels": .array(labels.map(JSONValue.string)),
                "max_reward": .real(-log(Double(labels.count))),
                "temperature": .real(1 / Double(scorer.clip.model.logitScale)),
            ]
        }
        return .json(["object": "list", "data": .array(data)])
    }
}
