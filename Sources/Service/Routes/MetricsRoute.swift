import GAN
package import HTTP
import JSON
import Jobs
import Perception

/// `GET /metrics` and `GET /version`: how the server does, for those who look after it.
package struct MetricsRoute: Sendable {
    private let registry: ModelRegistry
    private let queue: JobQueue

    /// What a queue has counted, and how it and the registry stand.
    package init(registry: ModelRegistry, queue: JobQueue) { (self.registry, self.queue) = (registry, queue) }

    /// Everything, for Prometheus.
    package func metrics() -> Response {
        var exposition = Exposition()
        exposition.add(
            "liminal_build_info", "Always 1; the label tells the version.", "version", [(Version.number, 1)])
        queue.metrics.write(to: &exposition)
        let phases = queue.active.map(\.phase)
        let states = ["queued", "running"].map { state in (state, Double(phases.count { $0.rawValue == state })) }
        exposition.add("liminal_jobs", "Jobs that have not ended, by state.", "state", states)
        exposition.add(
            "liminal_queue_depth", .gauge, "Jobs that wait for their next turn.", Double(queue.waitingCount))
        exposition.add("liminal_model_loaded", "Whether a model is in memory.", "model", models)
        exposition.add(
            "liminal_model_load_seconds", .gauge, "How long the models took to load before the server listened.",
            registry.loadSeconds)
        return Response(
            status: 200, headers: [("Content-Type", Exposition.mediaType)], body: Array(exposition.text.utf8))
    }

    /// The server's name and version.
    package static let version = Response.json(["name": "liminal", "version": .string(Version.number)])

    private var models: [(String, Double)] {
        let permanent =
            registry.clips.map { "clip:\($0.id)" } + registry.networks.map { "gan:\($0.name)" }
            + registry.rewardModels.map { "image-reward:\($0.name)" } + registry.dinos.map { "dino:\($0.name)" }
        return registry.pipelines.all.map { ($0.folder.id, $0.state == .loaded ? 1 : 0) } + permanent.map { ($0, 1) }
    }
}
