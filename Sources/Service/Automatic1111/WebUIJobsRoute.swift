import HTTP
import Images
import JSON

/// `/sdapi/v1/progress`, `interrupt` and `skip`: of the client's own job, never of another's.
struct WebUIJobsRoute: Sendable {
    let queue: JobQueue
    let jobs: WebUIJobs

    /// How far the client's job is; asking has its next step make a preview.
    func progress(_ call: Call) throws(APIError) -> Response {
        guard let entry = jobs.current(of: WebUIJobs.client(of: call)) else {
            return .json(.object(Self.progress(0, secondsLeft: 0, state: Self.idle, image: nil)))
        }
        let (done, total, secondsLeft) = entry.job.progress
        let preview = try Self.skipsImage(call.request) ? nil : entry.job.preview
        let stepCount = total / max(1, entry.imageCount)
        let state: JSONObject = [
            "skipped": false, "interrupted": .bool(jobs.isInterrupted(entry.job)), "stopping_generation": false,
            "job": .string("\(entry.job.id)"), "job_count": .integer(Int64(entry.imageCount)),
            "job_timestamp": .string(Clock.stamp(milliseconds: entry.job.created)),
            "job_no": .integer(Int64(min(done / max(1, stepCount), entry.imageCount - 1))),
            "sampling_step": .integer(Int64(done % max(1, stepCount))), "sampling_steps": .integer(Int64(stepCount)),
        ]
        return .json(
            .object(
                Self.progress(
                    Double(done) / Double(max(1, total)), secondsLeft: secondsLeft ?? 0, state: state,
                    image: preview.map { Base64.encode($0.png()) })))
    }

    /// Has the client's job stop at its next step; what is drawn by then is the answer to its request.
    func interrupt(_ call: Call) {
        guard let entry = jobs.current(of: WebUIJobs.client(of: call)) else { return }
        jobs.interrupt(entry.job)
        _ = queue.cancel(entry.job)
    }

    private static let idle: JSONObject = [
        "skipped": false, "interrupted": false, "stopping_generation": false, "job": "", "job_count": 0,
        "job_timestamp": "0", "job_no": 0, "sampling_step": 0, "sampling_steps": 0,
    ]

    /// `ProgressResponse` of modules/api/models.py.
    private static func progress(
        _ progress: Double, secondsLeft: Double, state: JSONObject, image: String?
    ) -> JSONObject {
        [
            "progress": .real(progress), "eta_relative": .real(secondsLeft), "state": .object(state),
            "current_image": image.map(JSONValue.string) ?? nil, "textinfo": nil,
        ]
    }

    /// `skip_current_image`, as pydantic reads a boolean of a query.
    private static func skipsImage(_ request: Request) throws(APIError) -> Bool {
        guard let value = request.query.last(where: { $0.name == "skip_current_image" })?.value else { return false }
        switch value.lowercased() {
        case "true", "1", "yes", "on", "t", "y": return true
        case "false", "0", "no", "off", "f", "n": return false
        default:
            throw APIError(.wrongType, "must be true or false", at: .parameter("skip_current_image"))
        }
    }
}
