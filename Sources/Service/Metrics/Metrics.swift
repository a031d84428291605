import HTTP

/// What the server counts and times, of which no label's value comes from a client.
package final class Metrics: Sendable {
    /// Where numbers that are not finite can come from.
    enum Stage: String {
        case denoising, decoding, generator, scoring
    }

    private let requests = Counter(
        "liminal_http_requests_total", "Requests that were answered.", labels: ["route", "method", "code"])
    private let requestSeconds = Histogram(
        "liminal_http_request_duration_seconds", "Time to an answer, or to the first byte of one that is streamed.",
        labels: ["route"])
    private let queueWaitSeconds = Histogram(
        "liminal_queue_wait_seconds", "Time from a job's admission to its first turn.")
    private let jobSeconds = Histogram(
        "liminal_job_duration_seconds", "Time from the first turn of a job that succeeds to its end.",
        labels: ["kind", "size"])
    private let stepSeconds = Histogram(
        "liminal_denoise_step_seconds", "Time of one denoising step, counted for each picture that shares it.",
        labels: ["size"])
    private let scoreSeconds = Histogram(
        "liminal_score_duration_seconds",
        "Time of one scorer on the images of a request; the first of a model embeds them for all of its scorers.",
        labels: ["scorer"])
    private let jobs = Counter("liminal_jobs_total", "Jobs that ended.", labels: ["kind", "outcome"])
    private let rejections = Counter(
        "liminal_rejected_total", "Requests that were turned away before any work.", labels: ["reason"])
    private let nonfinite = Counter(
        "liminal_nonfinite_total", "Computations that gave numbers which are not finite.", labels: ["stage"])
    private let startTime = Double(Clock.milliseconds) / 1000

    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    /// Nothing counted yet; the server starts now.
    package init() {}

    /// A method that the server may know, for labels and logs: a client can send any word.
    static func method(of request: Request) -> String { methods.contains(request.method) ? request.method : "other" }

    /// Counts an answer; `route` is nil for a path that none has.
    func noteAnswer(to request: Request, route: String?, status: Int, seconds: Double) {
        let route = route ?? "none"
        requests.count(route, Self.method(of: request), "\(status)")
        requestSeconds.observe(seconds: seconds, route)
    }

    /// Counts a request that is turned away.
    func noteRejection(_ error: APIError) { rejections.count(error.code.rawValue) }

    /// Counts a job's first turn.
    func noteBegin(waitedSeconds: Double) { queueWaitSeconds.observe(seconds: waitedSeconds) }

    /// Counts a job that succeeded.
    func noteSuccess(of kind: JobKind, size: ImageSize?, seconds: Double) {
        jobs.count(kind.rawValue, "succeeded")
        jobSeconds.observe(seconds: seconds, kind.rawValue, size.map(Self.label) ?? "")
    }

    /// Counts a job that ended otherwise.
    func noteEnd(of kind: JobKind, outcome: String) { jobs.count(kind.rawValue, outcome) }

    /// Counts a denoising step that began at some time.
    func noteStep(of size: ImageSize, since start: ContinuousClock.Instant) {
        stepSeconds.observe(seconds: (ContinuousClock.now - start) / .seconds(1), Self.label(of: size))
    }

    /// Counts the work of a scorer that began at some time.
    func noteScoring(by scorer: Scorer, since start: ContinuousClock.Instant) {
        scoreSeconds.observe(seconds: (ContinuousClock.now - start) / .seconds(1), scorer.kind.name)
    }

    /// Counts numbers that are not finite.
    func noteNonfinite(_ stage: Stage) { nonfinite.count(stage.rawValue) }

    /// Adds all that was counted, and what the process takes, to an exposition.
    package func write(to exposition: inout Exposition) {
        for counter in [requests, jobs, rejections, nonfinite] { counter.write(to: &exposition) }
        for histogram in [requestSeconds, queueWaitSeconds, jobSeconds, stepSeconds, scoreSeconds] {
            histogram.write(to: &exposition)
        }
        ProcessFigures(startTime: startTime).write(to: &exposition)
    }

    /// The smallest of five squares that holds as many pixels: sizes are the client's, labels must be few.
    private static func label(of size: ImageSize) -> String {
        let side = [64, 128, 256, 512].first { size.width * size.height <= $0 * $0 } ?? 1024
        return "\(side)x\(side)"
    }
}
