package import Tensors

/// What latents consist of before a step: `signal` times a picture's latents and `noise` times unit noise.
package struct NoiseLevel: Sendable {
    let signal: Float
    let noise: Float

    /// A picture's latents at this level: `add_noise` of diffusers.
    ///
    ///     picture, noise [1, h, w, C] → [1, h, w, C]
    package func mixed(_ picture: Tensor, with noise: Tensor) -> Tensor {
        signal * picture + self.noise * noise
    }
}
