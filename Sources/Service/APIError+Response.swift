package import HTTP
package import JSON

extension APIError {
    /// How a route's clients read errors.
    package enum Shape: Sendable {
        /// RFC 9457 alone.
        case problem
        /// RFC 9457 with the `error` object of the OpenAI API as one more member.
        case openAI
        /// Text Embeddings Inference's, with its statuses.
        case textEmbeddings
        /// AUTOMATIC1111's.
        case automatic1111
        /// `error` in words and `error_type` for programs, as Hugging Face's servers have it.
        case huggingFace
        /// `error` in words alone, as the Open Inference Protocol has it.
        case kserve
    }

    /// The HTTP status and its reason phrase (RFC 9110 section 15, RFC 4918 section 11.5).
    package var status: (code: Int, phrase: String) {
        switch code {
        case .invalidJSON, .missingField, .wrongType, .outOfRange, .unsupportedValue, .unknownField, .tooLong,
            .invalidImage, .invalidForm, .invalidRequest:
            (400, "Bad Request")
        case .unauthorized: (401, "Unauthorized")
        case .notFound, .modelNotFound, .modelNotLoaded, .adapterNotFound, .scorerNotFound: (404, "Not Found")
        case .methodNotAllowed: (405, "Method Not Allowed")
        case .conflict, .cancelled: (409, "Conflict")
        case .idempotencyMismatch: (422, "Unprocessable Content")
        case .requestTimeout: (408, "Request Timeout")
        case .bodyTooLarge: (413, "Content Too Large")
        case .unsupportedMediaType: (415, "Unsupported Media Type")
        case .queueFull, .rateLimited: (429, "Too Many Requests")
        case .nonfiniteOutput, .modelLoadFailed, .internalError, .interrupted: (500, "Internal Server Error")
        case .draining, .notReady, .memoryInUse: (503, "Service Unavailable")
        case .deadlineExceeded: (504, "Gateway Timeout")
        case .insufficientStorage, .modelTooLarge: (507, "Insufficient Storage")
        }
    }

    /// The response that tells the client.
    package func response(id: String, shape: Shape) -> Response {
        var response =
            switch shape {
            case .problem: problem(id: id)
            case .openAI: problem(id: id, ["error": openAIError])
            case .textEmbeddings: textEmbeddingsError
            case .automatic1111: webUIResponse
            case .huggingFace:
                Response.json(
                    ["error": .string(message), "error_type": .string(code.rawValue)], status: status.code)
            case .kserve: Response.json(["error": .string(message)], status: status.code)
            }
        if let retryAfterSeconds { response.headers.append(("Retry-After", "\(retryAfterSeconds)")) }
        if code == .unauthorized { response.headers.append(("WWW-Authenticate", "Bearer, Basic realm=\"liminal\"")) }
        // The OpenAI SDKs repeat every 409 and 5xx: what is sure to fail again must say so.
        if [409, 500, 504, 507].contains(status.code) { response.headers.append(("x-should-retry", "false")) }
        return response
    }

    /// RFC 9457, with members of a family's own.
    private func problem(id: String, _ own: JSONObject = [:]) -> Response {
        var body: JSONObject = [
            "type": .string("urn:liminal:problem:\(code.rawValue)"), "title": .string(status.phrase),
            "status": .integer(Int64(status.code)), "detail": .string(message), "instance": .string(id),
            "code": .string(code.rawValue),
        ]
        switch place {
        case .pointer(let pointer): body["errors"] = [["pointer": .string(pointer), "detail": .string(reason)]]
        case .parameter(let name): body["errors"] = [["parameter": .string(name), "detail": .string(reason)]]
        case nil: break
        }
        return .json(.object(body.merging(own)), status: status.code, type: "application/problem+json")
    }

    /// The failure of a job, as the job says it.
    package var summary: JSONObject { ["code": .string(code.rawValue), "detail": .string(message)] }

    /// The failure that a job said.
    package init?(summary: JSONValue) {
        guard let code = summary["code"]?.string.flatMap(Code.init), let detail = summary["detail"]?.string else {
            return nil
        }
        self.init(code, detail)
    }
}

extension Response {
    /// A JSON body.
    package static func json(_ value: JSONValue, status: Int = 200, type: String = "application/json") -> Response {
        Response(status: status, headers: [("Content-Type", type)], body: value.encoded())
    }
}
