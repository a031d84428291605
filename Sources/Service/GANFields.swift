package import JSON

/// What a request for a generator's images says, each field within its own limits.
package struct GANFields: Sendable {
    /// Where an image's latent is drawn from.
    package enum Latents: String, Sendable, CaseIterable {
        /// N(0, 1), as the networks are sampled.
        case normal
        /// U[0, 1), as arXiv 2407.12009's code trains them.
        case uniform
    }

    /// The network, if the request names one.
    package let model: String?
    /// How many images.
    package let count: Int
    /// The size in pixels; nil for the network's own.
    package let size: ImageSize?
    /// The seed of the first image; nil for a random one.
    package let seed: Int?
    /// Where latents are drawn from.
    package let latents: Latents
    /// How the images are scored.
    package let scoring: ScoringOptions

    /// The most images of one request.
    package static let maximumCount = 64

    /// Reads a request's body.
    package init(_ body: JSONCursor) throws(APIError) {
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(
                ["model", "n", "size", "seed", "latents"] + ScoringOptions.fieldNames)
            model = try body.field("model")?.string(maximumLength: 256)
            count = try body.field("n")?.integer(in: 1...Self.maximumCount) ?? 1
            size = try body.field("size").flatMap { field throws(JSONFieldError) in try ImageSize(field) }
            let seed = try body.field("seed")?.integer(in: -1...Int(UInt32.max))
            self.seed = seed == -1 ? nil : seed
            let latents = try body.field("latents")?.choice(of: Latents.allCases.map(\.rawValue))
            self.latents = latents.flatMap(Latents.init) ?? .normal
        } catch {
            throw APIError(error)
        }
        scoring = try ScoringOptions(body)
    }
}
