package import Tensors

/// A walk from noise to a picture: when the U-Net is asked, and how its answers move the latents.
///
/// A value for one picture: what a multi-step rule remembers is in it, so runs never meet. Coefficients are worked
/// out in the precision in which diffusers 0.42.1 does, so that the latents agree with its own.
package protocol Scheduler: Sendable {
    /// The time that the U-Net is told at each step.
    var timesteps: [Float] { get }

    /// The standard deviation of the latents at the start.
    var initialNoiseScale: Float { get }

    /// What the latents consist of before a step.
    func level(at step: Int) -> NoiseLevel

    /// What the U-Net is shown of the latents.
    ///
    ///     latents [1, h, w, C] → [1, h, w, C]
    func input(_ latents: Tensor, at step: Int) -> Tensor

    /// The picture's latents that an output means.
    ///
    ///     latents, output [1, h, w, C] → [1, h, w, C]
    func picture(_ latents: Tensor, by output: Tensor, at step: Int) -> Tensor

    /// The latents after a step; steps must be taken in order, from whichever is the first.
    ///
    ///     latents, output [1, h, w, C] → [1, h, w, C]
    mutating func advance(
        _ latents: Tensor, by output: Tensor, at step: Int, noise: inout LatentNoise
    ) -> Tensor
}

extension Scheduler {
    package var initialNoiseScale: Float { 1 }

    package func input(_ latents: Tensor, at step: Int) -> Tensor { latents }
}

/// Steps that a scheduler cannot be divided into.
package enum SchedulerError: Error, Equatable {
    case tooManySteps(Int, maximum: Int)
}
