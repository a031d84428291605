import HTTP
import JSON

extension APIError {
    /// The failure as Text Embeddings Inference tells it: `ErrorType` of its router, and the status that goes with it.
    var textEmbeddingsError: Response {
        let (type, status) =
            switch code {
            case .queueFull, .rateLimited: ("Overloaded", 429)
            case .draining, .notReady, .memoryInUse: ("Unhealthy", 503)
            case .nonfiniteOutput, .internalError, .modelLoadFailed, .interrupted, .deadlineExceeded: ("Backend", 424)
            case .tooLong, .outOfRange, .unsupportedValue, .bodyTooLarge: ("Validation", 413)
            case .missingField, .wrongType, .unknownField: ("Validation", 422)
            default: ("Validation", self.status.code)
            }
        return .json(["error": .string(message), "error_type": .string(type)], status: status)
    }
}
