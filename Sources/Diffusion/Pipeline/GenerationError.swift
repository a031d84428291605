package import Layers

/// Why a picture is not drawn.
package enum GenerationError: Error, Equatable {
    /// A parameter with a range.
    package enum Parameter: String, Sendable {
        case size, seed, steps, eta, strength
        case guidanceScale = "guidance_scale"
        case guidanceInterval = "guidance_interval"
        case deepCacheInterval = "deep_cache_interval"
        case adapterScale = "adapters"
    }

    /// A number that no pipeline takes.
    case outOfRange(Parameter, actual: String, expected: String)
    /// A prompt of so many Unicode scalars.
    case promptTooLong(Int, maximum: Int)
    /// A prompt whose weights cannot be read.
    case prompt(PromptError)
    /// A negative prompt whose weights cannot be read.
    case negativePrompt(PromptError)
    /// A width or height that latents cannot have.
    case notAMultiple(side: Int, of: Int)
    /// More steps than the scheduler has.
    case tooManySteps(Int, maximum: Int)
    /// An eta for a scheduler that does not read it.
    case etaWithout(SchedulerKind)
    /// A guidance interval where there is no guidance.
    case intervalWithoutGuidance
    /// A strength at which none of the steps is taken.
    case noStepLeft(of: Int, strength: Double)
    /// A request without a picture and its mask, for a pipeline that only inpaints.
    case needsImageAndMask
    /// A small autoencoder that the pipeline does not have.
    case noFastDecoder
    /// A scheduler that the pipeline's configuration cannot make.
    case scheduler(ModelError)
    /// Infinite numbers or NaN after a step, counted from 1, or in the picture if nil.
    case nonfinite(step: Int?)
}
