import CLIP
import Diffusion
import GAN
package import HTTP
import JSON
import Perception

/// `GET /v1/models` and `GET /v1/models/{model}`: what is loaded, in the shape of the OpenAI API.
package struct ModelsRoute: Sendable {
    private let registry: ModelRegistry

    /// Lists the registry's models.
    package init(registry: ModelRegistry) { self.registry = registry }

    /// All models.
    package func list() -> Response { .json(["object": "list", "data": .array(models.map(\.json))]) }

    /// One model.
    package func retrieve(_ id: String) throws(APIError) -> Response {
        guard let model = models.first(where: { $0.id == id }) else {
            let ids = models.map { "'\($0.id)'" }.joined(separator: ", ")
            throw APIError(.modelNotFound, "There is no model '\(id.shortened)'; loaded: \(ids).")
        }
        return .json(model.json)
    }

    private var models: [(id: String, json: JSONValue)] {
        registry.pipelines.map { ($0.id, json($0)) } + registry.clips.map { ($0.id, json($0)) }
            + registry.networks.map { ($0.name, json($0)) } + registry.rewardModels.map { ($0.name, json($0)) }
            + registry.dinos.map { ($0.name, json($0)) }
    }

    private func json(_ loaded: ModelRegistry.LoadedPipeline) -> JSONValue {
        .object(
            common(loaded.id, kind: "pipeline", isDefault: loaded.id == registry.defaultPipeline?.id).merging([
                "size": .string("\(loaded.size)"), "size_multiple": .integer(Int64(loaded.pipeline.factor)),
                "scheduler": .string(loaded.pipeline.schedulerKind.rawValue),
                "text_length": .integer(Int64(loaded.pipeline.tokenizer.length)),
                "steps": .integer(Int64(loaded.defaults.steps)),
                "guidance_scale": .real(loaded.defaults.guidanceScale), "eta": .real(loaded.defaults.eta),
                "parameters": .integer(Int64(loaded.pipeline.parts.reduce(0) { $0 + $1.parameterCount })),
                "decoders": loaded.pipeline.hasFastDecoder ? ["full", "fast"] : ["full"],
            ]))
    }

    private func json(_ loaded: ModelRegistry.LoadedCLIP) -> JSONValue {
        .object(
            common(loaded.id, kind: "clip", isDefault: loaded.id == registry.defaultCLIP?.id).merging([
                "dimension": .integer(Int64(loaded.model.configuration.width)),
                "text_length": .integer(Int64(loaded.model.tokenizer.length)),
            ]))
    }

    private func json(_ network: CANModel) -> JSONValue {
        let size = network.configuration.size
        return .object(
            common(network.name, kind: "gan", isDefault: network.name == registry.networks.first?.name).merging([
                "size": .string("\(size)x\(size)"), "latent_size": .integer(Int64(network.configuration.latentSize)),
                "labels": .array(network.configuration.labels.map(JSONValue.string)),
            ]))
    }

    private func json(_ model: ImageRewardModel) -> JSONValue {
        .object(
            common(model.name, kind: "image-reward", isDefault: model.name == registry.rewardModels.first?.name)
                .merging(["text_length": .integer(Int64(ImageRewardModel.textLength))]))
    }

    private func json(_ model: DINOModel) -> JSONValue {
        .object(common(model.name, kind: "dino", isDefault: model.name == registry.dinos.first?.name))
    }

    private func common(_ id: String, kind: String, isDefault: Bool) -> JSONObject {
        [
            "id": .string(id), "object": "model", "created": .integer(Int64(registry.loadTime)),
            "owned_by": "liminal", "kind": .string(kind), "default": .bool(isDefault),
        ]
    }
}
