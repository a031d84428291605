package import Diffusion
import JSON

/// Everything that draws the same picture again, as it is written into the picture's file.
package struct Recipe: Sendable, Equatable {
    /// The keyword of a PNG's text that holds it as JSON.
    package static let keyword = "liminal"
    /// The version of that JSON; one that is read differently gets another.
    package static let version = 1

    /// The server's name and version.
    package let server: String
    /// The pipeline.
    package let model: String
    /// What is added to the pipeline's weights.
    package let adapters: [Adapter]
    /// What was drawn.
    package let prompt: String
    /// What was steered away from.
    package let negativePrompt: String
    /// The seed of this image alone.
    package let seed: Int
    /// The scheduler that was used, whether the request named it or not.
    package let scheduler: SchedulerKind
    /// How many denoising steps were asked for.
    package let steps: Int
    /// The weight of classifier-free guidance.
    package let guidanceScale: Float
    /// Where on the way guidance was applied; everywhere if nil.
    package let guidanceInterval: GuidanceInterval?
    /// Every so many steps the whole U-Net was evaluated.
    package let deepCacheInterval: Int
    /// How much noise DDIM added at each step.
    package let eta: Float
    /// The picture's size.
    package let size: ImageSize
    /// Which autoencoder decoded.
    package let usesFastDecoder: Bool
    /// What the picture was made from; nil for noise alone.
    package let source: Source?
    /// What the scorers said; of no influence.
    package let ratings: [Rating]

    /// A low-rank adapter and its weight.
    package struct Adapter: Sendable, Equatable {
        /// The adapter's name on the server.
        package let name: String
        /// What its change to the weights is multiplied by.
        package let scale: Float

        /// An adapter by its name.
        package init(name: String, scale: Float) { (self.name, self.scale) = (name, scale) }
    }

    /// The start of an image-to-image run, by the SHA-256 of its files in hexadecimal digits where they are known.
    package struct Source: Sendable, Equatable {
        /// How much of the noise is put in, in 0...1.
        package let strength: Float
        /// Of the picture that it began from.
        package let imageSHA256: String?
        /// Of the mask, if it had one.
        package let maskSHA256: String?

        /// A start of which only what is given is known.
        package init(strength: Float, imageSHA256: String? = nil, maskSHA256: String? = nil) {
            (self.strength, self.imageSHA256, self.maskSHA256) = (strength, imageSHA256, maskSHA256)
        }
    }

    /// What one scorer said: its reward or value, and the ambiguity where it sees styles.
    package struct Rating: Sendable, Equatable {
        /// The scorer's name.
        package let scorer: String
        /// The reward, or the value of what sees no styles.
        package let reward: Double
        /// The ambiguity, of what sees styles.
        package let ambiguity: Double?

        /// A rating by a scorer's name.
        package init(scorer: String, reward: Double, ambiguity: Double?) {
            (self.scorer, self.reward, self.ambiguity) = (scorer, reward, ambiguity)
        }
    }

    /// A recipe of facts that are known to be right.
    package init(
        server: String, model: String, adapters: [Adapter] = [], prompt: String, negativePrompt: String = "", seed: Int,
        scheduler: SchedulerKind, steps: Int, guidanceScale: Float, eta: Float = 0, size: ImageSize,
        usesFastDecoder: Bool = false, source: Source? = nil, ratings: [Rating] = [],
        guidanceInterval: GuidanceInterval? = nil, deepCacheInterval: Int = 1
    ) {
        (self.server, self.model, self.adapters) = (server, model, adapters)
        (self.prompt, self.negativePrompt, self.seed) = (prompt, negativePrompt, seed)
        (self.scheduler, self.steps, self.guidanceScale, self.eta) = (scheduler, steps, guidanceScale, eta)
        (self.guidanceInterval, self.deepCacheInterval) = (guidanceInterval, deepCacheInterval)
        (self.size, self.usesFastDecoder, self.source, self.ratings) = (size, usesFastDecoder, source, ratings)
    }

    /// What each number may be, in whichever form it comes.
    enum Limits {
        static let seed = 0...Int(UInt32.max)
        static let steps = 1...150
        static let guidanceScale = 0.0...30
        static let deepCacheInterval = GenerationRequest.deepCacheIntervals
        static let fraction = 0.0...1
        static let scale = -4.0...4
    }
}
