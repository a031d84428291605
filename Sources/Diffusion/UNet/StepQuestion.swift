import Tensors

/// What a U-Net is asked at a step: about one picture, with and without its prompt, or about several.
struct StepQuestion {
    let latents: Tensor  // [N, h, w, C]
    let moments: [Moment]  // one for each image, or one for all
    let conditioning: Conditioning

    /// How many images the U-Net is shown.
    var imageCount: Int { latents.shape[0] }

    /// A question about images of one moment.
    init(latents: Tensor, moment: Moment, conditioning: Conditioning) {
        (self.latents, moments, self.conditioning) = (latents, [moment], conditioning)
    }

    /// Several questions as one.
    init(joining questions: [StepQuestion]) {
        latents = .stacked(questions.map(\.latents))
        moments = questions.flatMap { question in
            question.moments.count == 1
                ? Array(repeating: question.moments[0], count: question.imageCount) : question.moments
        }
        conditioning = Conditioning(joining: questions.map(\.conditioning))
    }
}
