import Tensors

/// What a U-Net's output is.
enum PredictionType: String, CaseIterable, Sendable {
    /// The noise in the latents.
    case epsilon
    /// The picture's latents.
    case sample
    /// √ᾱ noise - √(1 - ᾱ) picture: Salimans & Ho, arXiv 2202.00512.
    case velocity = "v_prediction"

    /// The picture's latents that an output means, where latents = `alpha` picture + `sigma` noise.
    func picture(_ output: Tensor, latents: Tensor, alpha: Float, sigma: Float) -> Tensor {
        switch self {
        case .epsilon: (latents - sigma * output) / alpha
        case .sample: output
        case .velocity: alpha * latents - sigma * output
        }
    }

    /// The noise that an output means, where latents = `alpha` picture + `sigma` noise.
    func noise(_ output: Tensor, latents: Tensor, alpha: Float, sigma: Float) -> Tensor {
        switch self {
        case .epsilon: output
        case .sample: (latents - alpha * output) / sigma
        case .velocity: alpha * output + sigma * latents
        }
    }

    /// The picture's latents that an output means, where latents = picture + `sigma` noise.
    func picture(_ output: Tensor, explodingLatents latents: Tensor, sigma: Float) -> Tensor {
        let variance = sigma * sigma + 1
        return switch self {
        case .epsilon: latents - sigma * output
        case .sample: output
        case .velocity: (-sigma / variance.squareRoot()) * output + latents / variance
        }
    }
}
