import Tensors

/// What a picture with a mask needs at each step: diffusers 0.42.1 `StableDiffusionInpaintPipeline`.
enum Inpainting: Sendable {
    /// The U-Net paints everything, and what is not to be painted anew is put back.
    ///
    ///     picture, noise [1, h, w, C], isRepainted [h, w]
    case puttingBack(picture: Tensor, noise: Tensor, isRepainted: [Bool])
    /// The U-Net sees the mask and the rest of the picture beside the latents.
    ///
    ///     [1, h, w, 1 + C]
    case showing(Tensor)

    /// Latents with what the U-Net is to see beside them.
    ///
    ///     latents [1, h, w, C] → [1, h, w, C or 2 C + 1]
    func shown(_ latents: Tensor) -> Tensor {
        guard case .showing(let surroundings) = self else { return latents }
        return latents.concatenatingChannels(surroundings)
    }

    /// Latents with what is kept of the picture put back, at the level that they have reached; nil is without noise.
    ///
    ///     latents [1, h, w, C] → [1, h, w, C]
    func kept(_ latents: Tensor, at level: NoiseLevel?) -> Tensor {
        guard case .puttingBack(let picture, let noise, let isRepainted) = self else { return latents }
        let original = level?.mixed(picture, with: noise) ?? picture
        let rows = isRepainted.indices.map { isRepainted[$0] ? isRepainted.count + $0 : $0 }
        let both = Tensor.stacked([original, latents]).reshaped([2 * rows.count, latents.shape[3]])
        return both.rows(at: rows).reshaped(latents.shape)
    }
}
