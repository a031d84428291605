import Diffusion
package import GAN
import Images
import JSON
import Scoring
import Tensors

/// A request for a generator's images, checked against the networks that are loaded.
package struct GANJob: Sendable {
    /// The network that draws.
    package let network: CANModel
    /// Where latents are drawn from.
    package let latents: GANFields.Latents
    /// A seed for each image.
    package let seeds: [UInt64]
    /// The scorers that look at each image.
    package let scorers: [Scorer]
    private let topCount: Int

    /// Chooses the network, and draws a seed if there is none.
    package init(_ fields: GANFields, registry: ModelRegistry) throws(APIError) {
        network = try Self.network(fields, registry.networks)
        latents = fields.latents
        seeds = try GenerationJob.seeds(first: fields.seed, count: fields.count)
        scorers = try registry.scorers(for: fields.scoring)
        topCount = fields.scoring.topCount
        if let needy = scorers.firstIndex(where: \.needsPrompt) {
            throw APIError(
                .unsupportedValue, "needs a prompt, which these networks don't read", at: .pointer("/scorers/\(needy)"))
        }
    }

    /// What the queue counts: one pass of a generator stands for about ten pixel steps of a U-Net.
    package var cost: Admission.Cost {
        Admission.Cost(work: network.configuration.size * network.configuration.size * 10 * seeds.count)
    }

    private func scored(
        _ images: [Image], _ classifiers: ClassifierCache, _ metrics: Metrics
    ) throws(APIError) -> [GenerationJob.DrawnImage] {
        let scores = try ScoreJob(images: images, scorers: scorers).run(classifiers, metrics)
        return images.indices.map {
            GenerationJob.DrawnImage(
                file: PictureFormat.png.file(of: images[$0]), seed: Int(seeds[$0]), scores: scores[$0])
        }
    }

    /// A network's images, one for each seed.
    static func images(
        of network: CANModel, latents: GANFields.Latents, seeds: [UInt64], _ metrics: Metrics? = nil
    ) throws(APIError) -> [Image] {
        var images: [Image] = []
        for seed in seeds {
            let latent = latent(of: seed, for: network, latents)
            guard let image = network.image(of: network.generator(latent)) else {
                metrics?.noteNonfinite(.generator)
                throw APIError(.nonfiniteOutput, "Network '\(network.name)' gave numbers that are not finite.")
            }
            images.append(image)
        }
        return images
    }

    /// What `torch.randn(1, Z, 1, 1)` or `torch.rand` draws after `manual_seed(seed)`.
    ///
    ///     → [1, Z]
    private static func latent(of seed: UInt64, for network: CANModel, _ latents: GANFields.Latents) -> Tensor {
        let count = network.configuration.latentSize
        var generator = PyTorchGenerator(seed: seed)
        let numbers = latents == .normal ? generator.normals(count) : generator.uniforms(count)
        return Tensor(numbers, shape: [1, count], on: network.device)
    }

    private static func network(_ fields: GANFields, _ networks: [CANModel]) throws(APIError) -> CANModel {
        let names = networks.map { "'\($0.name)'" }.joined(separator: ", ")
        let loaded = names.isEmpty ? "no network is loaded" : "loaded: \(names)"
        var fitting = networks
        if let name = fields.model {
            fitting = networks.filter { $0.name == name }
            guard !fitting.isEmpty else {
                throw APIError(
                    .modelNotFound, "names no network, but '\(name.shortened)'; \(loaded)", at: .pointer("/model"))
            }
        }
        guard let first = fitting.first else {
            throw APIError(.modelNotLoaded, "can't be drawn: \(loaded)", at: .pointer(""))
        }
        guard let size = fields.size else { return first }
        let ofSize = fitting.first { size == ImageSize(width: $0.configuration.size, height: $0.configuration.size) }
        guard let ofSize else {
            let sizes = fitting.map { "\($0.configuration.size)x\($0.configuration.size)" }.joined(separator: ", ")
            throw APIError(.unsupportedValue, "must be one of \(sizes), not \(size)", at: .pointer("/size"))
        }
        return ofSize
    }
}

extension GANJob: Work {
    package static let kind = JobKind.gan

    package var drawnSize: ImageSize? {
        ImageSize(width: network.configuration.size, height: network.configuration.size)
    }

    package var stepCount: Int { seeds.count }

    package func run(in session: JobSession) async throws(APIError) -> [GenerationJob.DrawnImage] {
        try await session.turn { () throws(APIError) in
            var images: [Image] = []
            for seed in seeds {
                images += try Self.images(of: network, latents: latents, seeds: [seed], session.metrics)
                try session.note(images.count, of: seeds.count) { images.last }
            }
            return try scored(images, session.classifiers, session.metrics)
        }
    }

    package func result(of images: [GenerationJob.DrawnImage]) -> JobResult {
        let size = network.configuration.size
        return JobResult(
            answer: [
                "created": .integer(Int64(Clock.seconds)), "model": .string(network.name),
                "size": .string("\(size)x\(size)"), "latents": .string(latents.rawValue), "output_format": "png",
                "data": .array(images.map { .object($0.json(topCount: topCount)) }),
            ], files: images.map(\.file))
    }
}
