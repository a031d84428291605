import Tensors

/// What a U-Net is asked at a step: about one picture, with and without its prompt, or about several.
struct StepQuestion {
    let latents: Tensor  // [N, h, w, C]
    let time: TimeShifts  // of one moment for each of the latents, or of one for all
    let conditioning: Conditioning

    /// How many images the U-Net answers with.
    var imageCount: Int { max(latents.shape[0], conditioning.promptCount) }

    private var answersPerLatents: Int { imageCount / latents.shape[0] }

    /// A question about images of one moment.
    init(latents: Tensor, time: TimeShifts, conditioning: Conditioning) {
        (self.latents, self.time, self.conditioning) = (latents, time, conditioning)
    }

    /// Several questions as one.
    init(joining questions: [StepQuestion]) {
        // As long as all are asked of as many prompts, their latents go as far as the first of these once.
        let isUniform = questions.allSatisfy { $0.answersPerLatents == questions[0].answersPerLatents }
        let parts = questions.map { isUniform ? $0.latents : $0.latents.repeatingEach($0.answersPerLatents) }
        latents = .stacked(parts)
        time = TimeShifts(joining: zip(questions, parts).map { ($0.time, $1.shape[0]) })
        conditioning = Conditioning(joining: questions.map(\.conditioning))
    }
}
