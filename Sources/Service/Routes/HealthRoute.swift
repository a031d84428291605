package import HTTP
import JSON

/// `GET /livez` and `GET /readyz`: whether the process answers, and whether requests are welcome.
package struct HealthRoute: Sendable {
    private let admission: Admission

    /// Ready while the admission is open.
    package init(admission: Admission) { self.admission = admission }

    /// That there is an answer is the answer.
    package func live() -> Response { .json(["status": "ok"]) }

    /// Ready after the warm-up and until the server is told to stop.
    package func ready() throws(APIError) -> Response {
        switch admission.phase {
        case .open: return .json(["status": "ready"])
        case .warmingUp:
            throw APIError(
                .notReady, "The server is warming up.", retryAfterSeconds: admission.retryAfterSeconds)
        case .draining:
            throw APIError(.draining, "The server is stopping.", retryAfterSeconds: admission.retryAfterSeconds)
        }
    }
}
