import HTTP
import JSON

/// `/v2`: the Open Inference Protocol, in which each scorer is a model.
struct KServeRoute: Sendable {
    private let registry: ModelRegistry
    private let queue: JobQueue

    /// Models of a registry.
    init(registry: ModelRegistry, queue: JobQueue) { (self.registry, self.queue) = (registry, queue) }

    /// The server's metadata.
    func server() -> Response {
        .json([
            "name": "liminal", "version": .string(Version.number),
            "extensions": ["binary_tensor_data", "model_repository"],
        ])
    }

    /// That there is an answer is the answer.
    func live() -> Response { .json(["live": true]) }

    /// Ready as `/readyz` is.
    func ready() throws(APIError) -> Response {
        _ = try HealthRoute(admission: queue.engine.admission).ready()
        return .json(["ready": true])
    }

    /// A model's metadata.
    func metadata(_ call: Call) throws(APIError) -> Response { .json(try model(call).json) }

    /// Whether a model answers: a scorer does as long as the server does.
    func modelReady(_ call: Call) throws(APIError) -> Response {
        let model = try model(call)
        _ = try ready()
        return .json(["name": .string(model.scorer.id), "ready": true])
    }

    /// Scores.
    func infer(_ call: Call) async throws(APIError) -> Response {
        let model = try model(call)
        let request = try await InferenceRequest(call.request, model: model, registry: registry)
        let verdicts = try await queue.perform(request.job, for: call.caller).flatMap(\.self)
        var answer = InferenceAnswer(rowCount: verdicts.count)
        for wanted in request.outputs { answer.append(wanted, wanted.output.values(of: verdicts)) }
        return answer.response(request, of: model)
    }

    /// Every model and its state.
    func index(_ call: Call) throws(APIError) -> Response {
        let isReady = queue.engine.admission.phase == .open
        let onlyReady = try Self.wantsOnlyReady(call.request)
        let models = isReady || !onlyReady ? registry.scorers : []
        return .json(
            .array(
                models.map { scorer in
                    [
                        "name": .string(scorer.id), "version": .string(InferenceModel.version),
                        "state": isReady ? "READY" : "UNAVAILABLE", "reason": "",
                    ]
                }))
    }

    /// A scorer is loaded already.
    func load(_ call: Call) throws(APIError) -> Response {
        _ = try model(call)
        return .json([:])
    }

    /// A scorer can't be unloaded.
    func unload(_ call: Call) throws(APIError) -> Response {
        let model = try model(call)
        throw APIError(.invalidRequest, "'\(model.scorer.id)' stays as long as the server runs.")
    }

    private func model(_ call: Call) throws(APIError) -> InferenceModel {
        try InferenceModel(named: call.name("model"), version: call.path["version"], in: registry)
    }

    /// `{"ready": true}` asks for the models that are ready alone; the body may be empty.
    private static func wantsOnlyReady(_ request: Request) throws(APIError) -> Bool {
        guard !request.body.isEmpty else { return false }
        let body = try RequestBody.json(request)
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(["ready"])
            return try body.field("ready")?.bool() ?? false
        } catch {
            throw APIError(error)
        }
    }
}
