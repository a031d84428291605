package import JSON

/// A failure that the client is told of, and the only thing a route may throw.
package struct APIError: Error, Equatable {
    /// What went wrong, as programs read it.
    package enum Code: String, Sendable, CaseIterable {
        case invalidJSON = "invalid_json"
        case missingField = "missing_field"
        case wrongType = "wrong_type"
        case outOfRange = "out_of_range"
        case unsupportedValue = "unsupported_value"
        case unknownField = "unknown_field"
        case tooLong = "too_long"
        case invalidImage = "invalid_image"
        case invalidForm = "invalid_form"
        case invalidRequest = "invalid_request"
        case unauthorized
        case notFound = "not_found"
        case modelNotFound = "model_not_found"
        case modelNotLoaded = "model_not_loaded"
        case modelLoadFailed = "model_load_failed"
        case modelTooLarge = "model_too_large"
        case memoryInUse = "memory_in_use"
        case adapterNotFound = "adapter_not_found"
        case scorerNotFound = "scorer_not_found"
        case conflict
        case idempotencyMismatch = "idempotency_mismatch"
        case cancelled
        case deadlineExceeded = "deadline_exceeded"
        case interrupted
        case insufficientStorage = "insufficient_storage"
        case methodNotAllowed = "method_not_allowed"
        case requestTimeout = "request_timeout"
        case bodyTooLarge = "body_too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case queueFull = "queue_full"
        case rateLimited = "rate_limited"
        case draining
        case notReady = "not_ready"
        case nonfiniteOutput = "nonfinite_output"
        case internalError = "internal_error"
    }

    /// Which part of the request is at fault.
    package enum Place: Sendable, Equatable {
        /// An RFC 6901 pointer into the body.
        case pointer(String)
        /// A query parameter or a field of a form.
        case parameter(String)

        /// The place as a sentence begins with it.
        package var words: String {
            switch self {
            case .pointer(""): "The body"
            case .pointer(let pointer): pointer
            case .parameter(let name): "Parameter '\(name)'"
            }
        }
    }

    /// What went wrong.
    package let code: Code
    /// What is wrong at the place, or a whole sentence if there is no place.
    package let reason: String
    /// Where, if the request itself is at fault.
    package let place: Place?
    /// When another attempt may succeed.
    package let retryAfterSeconds: Int?

    /// A failure at one place of the request; `reason` continues a sentence that begins with the place.
    package init(_ code: Code, _ reason: String, at place: Place) {
        self.code = code
        self.reason = reason
        self.place = place
        retryAfterSeconds = nil
    }

    /// A failure in a whole sentence.
    package init(_ code: Code, _ sentence: String, retryAfterSeconds: Int? = nil) {
        self.code = code
        reason = sentence
        place = nil
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// A field of the body that is not what it must be.
    package init(_ error: JSONFieldError) {
        self.init(Self.code(of: error), error.message, at: .pointer(error.pointer))
    }

    /// What is wrong, and where, as one sentence.
    package var message: String { place.map { "\($0.words) \(reason)." } ?? reason }

    /// The same failure, of a value that came as a parameter and not in the body.
    package var asParameter: APIError {
        guard case .pointer(let pointer) = place else { return self }
        let name = pointer.split(separator: "/").first.map(String.init) ?? pointer
        return APIError(code, reason, at: .parameter(name))
    }

    private static func code(of error: JSONFieldError) -> Code {
        switch error {
        case .missing: .missingField
        case .wrongType: .wrongType
        case .outOfRange: .outOfRange
        case .tooLong: .tooLong
        case .notOneOf: .unsupportedValue
        case .unknown: .unknownField
        }
    }
}
