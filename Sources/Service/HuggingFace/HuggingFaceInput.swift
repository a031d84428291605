import HTTP
import JSON

/// What a request to the task API brings: a picture as it is, or JSON with `inputs` and `parameters`.
enum HuggingFaceInput {
    case picture([UInt8])
    case json(JSONCursor)

    /// Reads a body; clients send pictures without a content type.
    init(_ request: Request) throws(APIError) {
        switch MediaType(contentType: request.header("content-type"), body: request.body) {
        case .json:
            let body = try RequestBody.json(request.body)
            do throws(JSONFieldError) { _ = try body.required("inputs") } catch { throw APIError(error) }
            self = .json(body)
        case .png, .jpeg: self = .picture(request.body)
        case .multipart, .other:
            throw RequestBody.unsupported(request, taken: "application/json, image/png or image/jpeg")
        }
    }

    /// The task that the fields are of, if they are of one alone.
    var task: HuggingFaceTask? {
        guard case .json(let body) = self else { return nil }
        let parameters = body.field("parameters")
        if parameters?.field(ZeroShotFields.labelsName) != nil { return .zeroShotImageClassification }
        if ClassificationFields.names.contains(where: { parameters?.field($0) != nil }) { return .imageClassification }
        if case .array = body.field("inputs")?.value { return .featureExtraction }
        if FeatureExtractionFields.names.contains(where: { body.field($0) != nil }) { return .featureExtraction }
        return nil
    }

    /// The JSON of a task that a picture alone says too little for.
    func json(for task: HuggingFaceTask) throws(APIError) -> JSONCursor {
        guard case .json(let body) = self else {
            throw APIError(.unsupportedMediaType, "The task '\(task.rawValue)' takes JSON, not a picture alone.")
        }
        return body
    }
}

extension JSONCursor {
    /// The `parameters` of a task, which may be absent; refuses all but the given.
    func parameters(_ names: [String]) throws(JSONFieldError) -> JSONCursor {
        try refuseUnknownFields(["inputs", "parameters"])
        let parameters = field("parameters") ?? JSONCursor([:], pointer: pointer(to: "parameters"))
        try parameters.refuseUnknownFields(names)
        return parameters
    }
}
