import HTTP
import JSON

extension APIError {
    /// The failure as FastAPI tells of a request that does not validate, or as modules/api/api.py tells of any other.
    var webUIResponse: Response {
        if status.code == 400, let place {
            let location = (place.webUILocation).map(JSONValue.string)
            let detail: JSONValue = [
                ["loc": .array(location), "msg": .string(message), "type": .string(code.rawValue)]
            ]
            return .json(["detail": detail], status: 422)
        }
        return .json(
            [
                "error": "HTTPException", "detail": .string(message), "body": "", "errors": .string(code.rawValue),
            ], status: status.code)
    }

    /// The same failure of a field that the client knows under another name.
    func renamingFields(_ names: [String: String]) -> APIError {
        guard case .pointer(let pointer) = place else { return self }
        let parts = pointer.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let name = names[String(first)] else { return self }
        return APIError(code, reason, at: .pointer(name))
    }
}

extension APIError.Place {
    /// The place as pydantic names it.
    fileprivate var webUILocation: [String] {
        switch self {
        case .pointer(let pointer): ["body"] + pointer.split(separator: "/").map(String.init)
        case .parameter(let name): ["query", name]
        }
    }
}
