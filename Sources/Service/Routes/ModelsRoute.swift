import CLIP
import Diffusion
import GAN
package import HTTP
import JSON
import Perception

/// `/v1/models`: what there is, in the shape of the OpenAI API, and the loading and unloading of pipelines.
package struct ModelsRoute: Sendable {
    private let registry: ModelRegistry
    private let admission: Admission

    /// Lists the registry's models, and loads them while the admission takes new work.
    package init(registry: ModelRegistry, admission: Admission) {
        (self.registry, self.admission) = (registry, admission)
    }

    /// All models.
    package func list() -> Response {
        let models = registry.pipelines.all.map(json) + permanent.map(\.json)
        return .json(["object": "list", "data": .array(models.map(JSONValue.object))])
    }

    /// One model.
    package func retrieve(_ id: String) throws(APIError) -> Response { .json(.object(try model(id))) }

    /// Loads a pipeline, and answers when it is there, or at once to who prefers that; other models are always loaded.
    package func load(_ id: String, _ request: Request) async throws(APIError) -> Response {
        guard registry.pipelines.entry(id) != nil else { return try retrieve(id) }
        guard admission.phase != .draining else {
            throw APIError(.draining, "The server is stopping.", retryAfterSeconds: admission.retryAfterSeconds)
        }
        guard request.prefers("respond-async") else {
            _ = try await registry.pipelines.pipeline(id)
            return try retrieve(id)
        }
        registry.pipelines.beginLoading(id)
        let model = try model(id)
        var response = Response.json(.object(model), status: model["state"] == "loading" ? 202 : 200)
        response.headers.append(("Preference-Applied", "respond-async"))
        return response
    }

    /// Lets go of a pipeline; its memory is free when no job draws with it any more.
    package func unload(_ id: String) throws(APIError) -> Response {
        guard registry.pipelines.entry(id) != nil else {
            _ = try model(id)
            throw APIError(
                .invalidRequest, "Only pipelines can be unloaded; '\(id.shortened)' stays as long as the server runs.")
        }
        registry.pipelines.unload(id)
        return try retrieve(id)
    }

    private func model(_ id: String) throws(APIError) -> JSONObject {
        if let entry = registry.pipelines.entry(id) { return json(entry) }
        let others = permanent
        guard let model = others.first(where: { $0.id == id }) else {
            let ids = registry.pipelines.all.map(\.folder.id) + others.map(\.id)
            let known = ids.map { "'\($0)'" }.joined(separator: ", ")
            throw APIError(.modelNotFound, "There is no model '\(id.shortened)'; there are \(known).")
        }
        return model.json
    }

    private func json(_ entry: (folder: PipelineFolder, state: PipelineShelf.State)) -> JSONObject {
        let (folder, summary) = (entry.folder, entry.folder.summary)
        let isDefault = folder.id == registry.pipelines.defaultID
        var json = common(folder.id, name: folder.id, kind: "pipeline", state: entry.state.name, isDefault: isDefault)
        if case .failed(let reason) = entry.state { json["error"] = .string(reason) }
        return json.merging([
            "bytes": .integer(Int64(folder.byteCount)), "size": .string("\(folder.size)"),
            "size_multiple": .integer(Int64(summary.factor)), "scheduler": .string(summary.schedulerKind.rawValue),
            "text_length": .integer(Int64(summary.textLength)), "steps": .integer(Int64(folder.defaults.steps)),
            "guidance_scale": .real(folder.defaults.guidanceScale), "eta": .real(folder.defaults.eta),
            "parameters": .integer(Int64(summary.parameterCount)),
            "decoders": summary.hasFastDecoder ? ["full", "fast"] : ["full"],
        ])
    }

    /// What is loaded before the server listens, and stays.
    ///
    /// A name is unique within a kind; an id, which has the kind in front, among all models.
    private var permanent: [(id: String, json: JSONObject)] {
        let models =
            registry.clips.map { json($0) } + registry.networks.map { json($0) }
            + registry.rewardModels.map { json($0) } + registry.dinos.map { json($0) }
        return models.map { ($0["id"]?.string ?? "", $0) }
    }

    private func json(_ loaded: ModelRegistry.LoadedCLIP) -> JSONObject {
        common(loaded.id, kind: "clip", isDefault: loaded.id == registry.defaultCLIP?.id).merging([
            "dimension": .integer(Int64(loaded.model.configuration.width)),
            "text_length": .integer(Int64(loaded.model.tokenizer.length)),
        ])
    }

    private func json(_ network: CANModel) -> JSONObject {
        let size = network.configuration.size
        return common(network.name, kind: "gan", isDefault: network.name == registry.networks.first?.name).merging([
            "size": .string("\(size)x\(size)"), "latent_size": .integer(Int64(network.configuration.latentSize)),
            "labels": .array(network.configuration.labels.map(JSONValue.string)),
        ])
    }

    private func json(_ model: ImageRewardModel) -> JSONObject {
        common(model.name, kind: "image-reward", isDefault: model.name == registry.rewardModels.first?.name)
            .merging(["text_length": .integer(Int64(ImageRewardModel.textLength))])
    }

    private func json(_ model: DINOModel) -> JSONObject {
        common(model.name, kind: "dino", isDefault: model.name == registry.dinos.first?.name)
    }

    private func common(_ name: String, kind: String, isDefault: Bool) -> JSONObject {
        common("\(kind):\(name)", name: name, kind: kind, state: PipelineShelf.State.loaded.name, isDefault: isDefault)
    }

    private func common(_ id: String, name: String, kind: String, state: String, isDefault: Bool) -> JSONObject {
        [
            "id": .string(id), "object": "model", "created": .integer(Int64(registry.loadTime)),
            "owned_by": "liminal", "kind": .string(kind), "name": .string(name), "default": .bool(isDefault),
            "state": .string(state),
        ]
    }
}

extension PipelineShelf.State {
    /// The name of the API.
    fileprivate var name: String {
        switch self {
        case .unloaded: "unloaded"
        case .loading: "loading"
        case .loaded: "loaded"
        case .failed: "failed"
        }
    }
}

extension Request {
    /// Whether a preference is among those of the `Prefer` fields (RFC 7240 section 2).
    fileprivate func prefers(_ preference: String) -> Bool {
        headers.filter { $0.name.lowercased() == "prefer" }.contains { field in
            field.value.split(separator: ",").contains { entry in
                entry.prefix { $0 != ";" && $0 != "=" }.filter { $0 != " " && $0 != "\t" }.lowercased() == preference
            }
        }
    }
}
