import GAN
package import HTTP
import JSON

/// `POST /v1/gan/images`: images that a CAN's generator draws.
package struct GANImagesRoute: Sendable {
    private let registry: ModelRegistry
    private let engine: Engine
    private let clock: @Sendable () -> Int

    /// Draws with the registry's networks, on the engine; `clock` tells the Unix time.
    package init(registry: ModelRegistry, engine: Engine, clock: @escaping @Sendable () -> Int) {
        self.registry = registry
        self.engine = engine
        self.clock = clock
    }

    /// Checks everything before it asks for a place in the queue.
    package func callAsFunction(_ request: Request) async throws(APIError) -> Response {
        let fields = try GANFields(RequestBody.json(request))
        let job = try GANJob(fields, registry: registry)
        let classifiers = registry.classifiers
        let images = try await engine.run(job.cost) { () throws(APIError) in try job.run(classifiers) }
        let size = job.network.configuration.size
        return .json([
            "created": .integer(Int64(clock())), "model": .string(job.network.name), "size": .string("\(size)x\(size)"),
            "latents": .string(job.latents.rawValue), "output_format": "png",
            "data": .array(images.map { .object($0.json(topCount: fields.scoring.topCount)) }),
        ])
    }
}
