import HTTP
import JSON

/// A request of the Open Inference Protocol to a scorer.
struct InferenceRequest {
    /// An output that is wanted, and whether as bytes behind the JSON.
    struct Wanted: Sendable {
        let output: InferenceOutput
        let isBinary: Bool
    }

    /// The client's own name for the request.
    let id: String?
    /// What is to be scored.
    let job: ScoreJob
    /// What the answer holds, in its order.
    let outputs: [Wanted]

    private static let maximumIDLength = 1024
    private static let maximumPromptLength = 32_000  // as in generation

    /// Reads a request to a model.
    init(_ request: Request, model: InferenceModel, registry: ModelRegistry) async throws(APIError) {
        let body = try InferenceBody(request)
        let options: ScoringOptions
        let inputs: [JSONCursor]
        do throws(JSONFieldError) {
            try body.json.refuseUnknownFields(["id", "parameters", "inputs", "outputs"])
            id = try body.json.field("id")?.string(maximumLength: Self.maximumIDLength)
            let parameters = body.json.field("parameters")
            try parameters?.refuseUnknownFields(["binary_data_output", "temperature"])
            let isBinary = try parameters?.field("binary_data_output")?.bool() ?? false
            outputs = try Self.outputs(body.json, of: model, isBinary: isBinary)
            inputs = try body.json.required("inputs").array(maximumCount: model.inputs.count)
        } catch {
            throw APIError(error)
        }
        options = try Self.options(body.json, model)
        let read = try Self.read(inputs, body.binary, model)
        var uploaded = UploadedImages()
        try await read[InferenceModel.imageName]?.append(to: &uploaded)
        let prompts = try read[InferenceModel.promptName]?.texts(maximumLength: Self.maximumPromptLength)
        job = try ScoreJob(
            images: uploaded.images, scorers: Self.configured(registry, options), prompts: prompts)
    }

    /// The inputs by name: all that the model has, each once, of as many elements.
    private static func read(
        _ fields: [JSONCursor], _ binary: ArraySlice<UInt8>, _ model: InferenceModel
    ) throws(APIError) -> [String: InferenceInput] {
        var (inputs, binary): ([String: InferenceInput], ArraySlice<UInt8>) = ([:], binary)
        for field in fields {
            let input = try InferenceInput(field, of: model, binary: &binary)
            guard inputs.updateValue(input, forKey: input.name) == nil else {
                throw APIError(.unsupportedValue, "repeats '\(input.name)'", at: .pointer(field.pointer))
            }
        }
        let place = APIError.Place.pointer("/inputs")
        for name in model.inputs.map(\.name) where inputs[name] == nil {
            throw APIError(.missingField, "must hold '\(name)'", at: place)
        }
        guard Set(inputs.values.map(\.count)).count == 1 else {
            throw APIError(.outOfRange, "must have as many elements as each other", at: place)
        }
        guard binary.isEmpty else {
            throw APIError(.invalidRequest, "leave \(binary.count) bytes of the body to no tensor", at: place)
        }
        return inputs
    }

    /// The outputs that are asked for; all where none are.
    private static func outputs(
        _ body: JSONCursor, of model: InferenceModel, isBinary: Bool
    ) throws(JSONFieldError) -> [Wanted] {
        let all = InferenceOutput.all(of: model.scorer)
        let fields = try body.field("outputs")?.array(maximumCount: all.count) ?? []
        guard !fields.isEmpty else { return all.map { Wanted(output: $0, isBinary: isBinary) } }
        var wanted: [Wanted] = []
        for field in fields {
            try field.refuseUnknownFields(["name", "parameters"])
            let name = try field.required("name")
            let text = try name.choice(of: all.map(\.rawValue))
            let parameters = field.field("parameters")
            try parameters?.refuseUnknownFields(["binary_data"])
            guard let output = InferenceOutput(rawValue: text), !wanted.contains(where: { $0.output == output }) else {
                throw .outOfRange(pointer: name.pointer, expected: "there once", actual: "'\(text)' again")
            }
            wanted.append(
                Wanted(output: output, isBinary: try parameters?.field("binary_data")?.bool() ?? isBinary))
        }
        return wanted
    }

    private static func options(_ body: JSONCursor, _ model: InferenceModel) throws(APIError) -> ScoringOptions {
        var fields: JSONObject = ["scorers": [.string(model.scorer.id)]]
        fields["temperature"] = body.field("parameters")?.field("temperature")?.value
        do throws(APIError) { return try ScoringOptions(JSONCursor(.object(fields))) } catch {
            throw error.inParameters
        }
    }

    private static func configured(
        _ registry: ModelRegistry, _ options: ScoringOptions
    ) throws(APIError) -> [Scorer] {
        do throws(APIError) { return try registry.scorers(for: options) } catch { throw error.inParameters }
    }
}

extension APIError {
    /// The same failure, of an option that stands among the request's parameters.
    fileprivate var inParameters: APIError {
        guard case .pointer(let pointer) = place else { return self }
        return APIError(code, reason, at: .pointer("/parameters\(pointer)"))
    }
}
