import Images
import Tensors

/// Where the pictures of a plan begin: at noise, or some steps later at a picture.
///
/// diffusers 0.42.1 `prepare_latents` of `StableDiffusionPipeline`, `StableDiffusionImg2ImgPipeline` and
/// `StableDiffusionInpaintPipeline`; random numbers are drawn in its order.
struct Beginning: Sendable {
    /// The first step that is taken.
    let step: Int
    private let autoencoder: Autoencoder
    private let picture: LatentDistribution?  // nil where nothing is seen of it
    private let startsFromNoise: Bool
    private let masked: Masked?

    private struct Masked {
        let isRepainted: [Bool]  // [h, w]
        let surroundings: LatentDistribution?  // for a U-Net that sees them: the picture, grey where it is masked
    }

    init(_ request: GenerationRequest, by pipeline: Pipeline) throws(GenerationError) {
        let autoencoder = pipeline.decoder(for: request)
        self.autoencoder = autoencoder
        guard let start = request.start else {
            guard !pipeline.seesMasks else { throw .needsImageAndMask }
            (step, picture, startsFromNoise, masked) = (0, nil, true, nil)
            return
        }
        guard !pipeline.seesMasks || start.mask != nil else { throw .needsImageAndMask }
        step = start.skippedSteps(of: request.steps)
        guard step < request.steps else { throw .noStepLeft(of: request.steps, strength: start.strength) }
        let image = start.image.resized(width: request.width, height: request.height, by: .lanczos)
        startsFromNoise = start.mask != nil && start.strength == 1
        let isUnseen = pipeline.seesMasks && startsFromNoise
        picture = isUnseen ? nil : autoencoder.encode(Tensor(image, on: pipeline.device))
        masked = start.mask.map { Self.masked(image, by: $0, autoencoder, pipeline) }
    }

    private static func masked(
        _ image: Image, by mask: Mask, _ autoencoder: Autoencoder, _ pipeline: Pipeline
    ) -> Masked {
        let isMasked = mask.repaintedPixels(width: image.width, height: image.height)
        // The first pixel of each patch decides: `torch.nn.functional.interpolate` to whole fractions.
        let rows = stride(from: 0, to: image.height, by: autoencoder.factor)
        let isRepainted = rows.flatMap { row in
            stride(from: 0, to: image.width, by: autoencoder.factor).map { isMasked[row * image.width + $0] }
        }
        guard pipeline.seesMasks else { return Masked(isRepainted: isRepainted, surroundings: nil) }
        let device = pipeline.device
        let whole = Tensor(image, on: device)
        let scalars = zip(0..., whole.scalars).map { isMasked[$0 / 3] ? 0 : $1 }
        let rest = Tensor(scalars, shape: whole.shape, on: device)
        return Masked(isRepainted: isRepainted, surroundings: autoencoder.encode(rest))
    }

    /// The latents of one picture before its first step, and what a mask will need of them.
    func latents(
        _ scheduler: any Scheduler, noise: inout LatentNoise
    ) -> (latents: Tensor, inpainting: Inpainting?) {
        let original = picture.map { autoencoder.scaledSample(of: $0, noise: &noise) }
        let drawn = noise.next()
        var latents = scheduler.initialNoiseScale * drawn
        if let original, !startsFromNoise { latents = scheduler.level(at: step).mixed(original, with: drawn) }
        guard let masked else { return (latents, nil) }
        if let surroundings = masked.surroundings {
            let sample = autoencoder.scaledSample(of: surroundings, noise: &noise)
            let mask = Tensor(
                masked.isRepainted.map { $0 ? 1 : 0 }, shape: sample.shape.dropLast() + [1], on: sample.device)
            return (latents, .showing(mask.concatenatingChannels(sample)))
        }
        guard let picture, let original else { return (latents, nil) }
        // diffusers samples the surroundings here too, and does not look at them.
        if picture.logVariance != nil { _ = noise.next() }
        return (latents, .puttingBack(picture: original, noise: drawn, isRepainted: masked.isRepainted))
    }
}

extension Autoencoder {
    /// Latents as the U-Net knows them, drawn from a distribution.
    ///
    ///     → [1, h, w, C]
    fileprivate func scaledSample(of distribution: LatentDistribution, noise: inout LatentNoise) -> Tensor {
        scalingFactor * distribution.sample(&noise)
    }
}
