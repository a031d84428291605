import HTTP
import JSON

/// What happens to a job, as the events of OpenAI's image streams; letting go of it cancels the job.
final class ImageStream: Sendable {
    /// What the events are called after.
    enum Family: String {
        case generation = "image_generation"
        case edit = "image_edit"
    }

    private let queue: JobQueue
    private let job: Job
    private let follower: JobFollower
    private let family: Family
    /// What every event says of its picture.
    private let attributes: JSONObject

    /// Well under the 15 s after which clients may give a silent stream up.
    private static let pingInterval = Duration.seconds(10)

    init(_ job: Job, of queue: JobQueue, family: Family, size: ImageSize, format: PictureFormat) {
        (self.job, self.queue, self.family) = (job, queue, family)
        follower = JobFollower(job.events, after: 0, wantsPreviews: false)
        attributes = [
            "size": .string("\(size)"), "quality": "auto", "background": "opaque",
            "output_format": .string(format.name),
        ]
    }

    deinit { _ = queue.cancel(job) }

    /// The events, each as soon as there is something to tell.
    var response: Response { .events(AsyncStream { await self.next() }) }

    /// The next event, or a comment if there is none in time; nil after the last one.
    private func next() async -> [UInt8]? {
        let deadline = ContinuousClock.now + Self.pingInterval
        while let event = await follower.event(within: deadline - .now) {
            if let message = message(of: event) { return message }
        }
        return follower.hasSeenEnd || Task.isCancelled ? nil : JobFollower.ping
    }

    private func message(of event: JobEvents.Event) -> [UInt8]? {
        switch event.name {
        case GenerationJob.partialEvent: message("partial_image", event.data)
        case "succeeded": job.result.map(completed)
        case "failed", "cancelled":
            Self.data([
                "error": (job.failure ?? APIError(.cancelled, "The job was cancelled.")).openAIError
            ])
        default: nil
        }
    }

    /// An event for each picture, all at once.
    private func completed(_ result: JobResult) -> [UInt8] {
        let own = JSONObject(["usage", "warnings"].compactMap { name in result.answer[name].map { (name, $0) } })
        let entries = result.filled(with: .base64)["data"]?.array?.compactMap(\.object) ?? []
        return entries.flatMap { message("completed", $0.merging(own)) }
    }

    private func message(_ name: String, _ fields: JSONObject) -> [UInt8] {
        let type = "\(family.rawValue).\(name)"
        let common: JSONObject = ["type": .string(type), "created_at": .integer(Int64(Clock.seconds))]
        return Array("event: \(type)\n".utf8) + Self.data(common.merging(fields).merging(attributes))
    }

    /// An event without a name, as clients expect a failure.
    private static func data(_ fields: JSONObject) -> [UInt8] {
        Array("data: ".utf8) + JSONValue.object(fields).encoded() + Array("\n\n".utf8)
    }
}
