import JSON

extension APIError {
    /// The `error` object of the OpenAI API.
    var openAIError: JSONValue {
        let type =
            switch status.code {
            case 429: "rate_limit_error"
            case 500...: "server_error"
            default: "invalid_request_error"
            }
        return [
            "message": .string(message), "type": .string(type), "param": openAIParameter.map(JSONValue.string) ?? nil,
            "code": .string(code.rawValue),
        ]
    }

    /// The place as OpenAI writes it: `scorers[0]` for `/scorers/0`.
    private var openAIParameter: String? {
        switch place {
        case nil, .pointer(""): return nil
        case .parameter(let name): return name
        case .pointer(let pointer):
            let parts = pointer.split(separator: "/")
            let rest = parts.dropFirst().map { Int($0) == nil ? ".\($0)" : "[\($0)]" }
            return (parts.first.map(String.init) ?? "") + rest.joined()
        }
    }

    /// The same failure, of a body that came as a form of the OpenAI API.
    var asFormField: APIError {
        guard case .pointer = place, let openAIParameter else { return self }
        return APIError(code, reason, at: .parameter(openAIParameter))
    }
}
