import Tensors

/// What a U-Net is asked at a step: about one picture, with and without its prompt, or about several.
struct StepQuestion {
    let latents: Tensor  // [N, h, w, C]
    let time: TimeShifts  // of one moment for each image, or of one for all
    let conditioning: Conditioning

    /// How many images the U-Net is shown.
    var imageCount: Int { latents.shape[0] }

    /// A question about images of one moment.
    init(latents: Tensor, time: TimeShifts, conditioning: Conditioning) {
        (self.latents, self.time, self.conditioning) = (latents, time, conditioning)
    }

    /// Several questions as one.
    init(joining questions: [StepQuestion]) {
        latents = .stacked(questions.map(\.latents))
        time = TimeShifts(joining: questions.map { ($0.time, $0.imageCount) })
        conditioning = Conditioning(joining: questions.map(\.conditioning))
    }
}
