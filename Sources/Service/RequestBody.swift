import HTTP
import JSON

/// Reading what requests bring.
enum RequestBody {
    /// The JSON of a body that is to be JSON.
    static func json(_ request: Request) throws(APIError) -> JSONCursor {
        switch MediaType(contentType: request.header("content-type"), body: request.body) {
        case .json: return try json(request.body)
        case .png, .jpeg, .multipart, .other: throw unsupported(request, taken: "application/json")
        }
    }

    /// Parses a body as JSON.
    static func json(_ body: [UInt8]) throws(APIError) -> JSONCursor {
        do throws(JSONError) {
            return JSONCursor(try JSONValue(parsing: body))
        } catch {
            throw APIError(.invalidJSON, "is not valid JSON: \(error)", at: .pointer(error.pointer(in: body)))
        }
    }

    /// Parses a body as a form.
    static func form(_ body: [UInt8], boundary: String) throws(APIError) -> MultipartForm {
        do throws(MultipartError) {
            return try MultipartForm(parsing: body, boundary: boundary)
        } catch {
            throw APIError(.invalidForm, "\(error.message)", at: .pointer(""))
        }
    }

    /// The refusal of a type that a route does not take.
    static func unsupported(_ request: Request, taken: String) -> APIError {
        let sent = request.header("content-type").map { "is '\($0.shortened)'" } ?? "is missing and the body unknown"
        return APIError(.unsupportedMediaType, "The content type \(sent); \(taken) is taken.")
    }
}
