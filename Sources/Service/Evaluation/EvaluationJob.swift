package import JSON

/// An evaluation in the queue: what it is to do, and how far it is.
package struct EvaluationJob: Sendable {
    /// Where it is in its life.
    package enum State: Sendable {
        case queued
        case running
        case succeeded(EvaluationResult)
        case failed(APIError)
        case cancelled

        /// The name of the API.
        package var name: String {
            switch self {
            case .queued: "queued"
            case .running: "running"
            case .succeeded: "succeeded"
            case .failed: "failed"
            case .cancelled: "cancelled"
            }
        }

        /// Whether nothing will change any more.
        package var isFinal: Bool {
            switch self {
            case .queued, .running: false
            case .succeeded, .failed, .cancelled: true
            }
        }
    }

    /// 128 random bits in hexadecimal digits.
    package let id: String
    /// When it was accepted, in Unix time.
    package let created: Int
    /// What it is to do; nil once it has ended, so that it holds no images any more.
    package private(set) var evaluation: Evaluation?
    /// The systems' names.
    private let systems: [String]
    /// Where it is in its life.
    package var state = State.queued {
        didSet { if state.isFinal { evaluation = nil } }
    }
    /// How many of its units are done.
    package var doneCount = 0
    /// How many there are.
    package let totalCount: Int
    /// How long it has been running.
    package var seconds = 0.0

    init(_ evaluation: Evaluation, created: Int) {
        (self.evaluation, self.created, totalCount) = (evaluation, created, evaluation.units.count)
        systems = evaluation.systems.map(\.name)
        id = (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Where the job is to be had.
    package var path: String { "/v1/evaluations/\(id)" }

    /// The job of the API; its result only where it is asked for.
    package func json(withResult: Bool) -> JSONObject {
        let left = doneCount == 0 || state.isFinal ? nil : seconds / Double(doneCount) * Double(totalCount - doneCount)
        var json: JSONObject = [
            "id": .string(id), "object": "evaluation", "state": .string(state.name),
            "created": .integer(Int64(created)),
            "progress": [
                "done": .integer(Int64(doneCount)), "total": .integer(Int64(totalCount)),
                "eta_seconds": left.map { .real(($0 * 10).rounded() / 10) } ?? .null,
            ],
            "systems": .array(systems.map(JSONValue.string)),
        ]
        if case .failed(let error) = state {
            json["error"] = ["code": .string(error.code.rawValue), "detail": .string(error.message)]
        }
        if withResult, case .succeeded(let result) = state { json["result"] = .object(result.json(base: path)) }
        return json
    }
}
