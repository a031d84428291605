import Diffusion

extension APIError {
    /// What a pipeline refuses to draw, or fails to.
    init(_ error: GenerationError) {
        switch error {
        case .outOfRange(let parameter, let actual, let expected):
            self.init(.outOfRange, "must be in \(expected), not \(actual)", at: .pointer("/\(parameter.rawValue)"))
        case .promptTooLong(let length, let maximum):
            self.init(.tooLong, "has length \(length); at most \(maximum) is accepted", at: .pointer("/prompt"))
        case .prompt(let error): self.init(error, at: "/prompt")
        case .negativePrompt(let error): self.init(error, at: "/negative_prompt")
        case .notAMultiple(let side, let factor):
            self.init(
                .outOfRange, "must have sides that are multiples of \(factor), not \(side)", at: .pointer("/size"))
        case .tooManySteps(let steps, let maximum):
            self.init(
                .outOfRange, "must be at most \(maximum) for the scheduler, not \(steps)", at: .pointer("/steps"))
        case .etaWithout(let scheduler):
            self.init(
                .unsupportedValue, "must be 0 for scheduler '\(scheduler.rawValue)': only 'ddim' has it",
                at: .pointer("/eta"))
        case .intervalWithoutGuidance:
            self.init(
                .unsupportedValue, "must be absent where nothing is guided: at a scale of 1 or less, or by the model",
                at: .pointer("/guidance_interval"))
        case .noStepLeft(let steps, let strength):
            self.init(
                .outOfRange, "leaves none of \(steps) steps to be taken at \(strength)", at: .pointer("/strength"))
        case .needsImageAndMask:
            self.init(.missingField, "must come with a mask: the pipeline only inpaints", at: .pointer("/image"))
        case .noFastDecoder:
            self.init(.unsupportedValue, "must be 'full' for a pipeline without another", at: .pointer("/decoder"))
        case .scheduler(let error):
            self.init(
                .unsupportedValue, "names one that the pipeline's configuration can't make: \(error)",
                at: .pointer("/scheduler"))
        case .nonfinite(let step?):
            self.init(.nonfiniteOutput, "Step \(step) gave numbers that are not finite.")
        case .nonfinite(nil): self.init(.nonfiniteOutput, "The decoder gave numbers that are not finite.")
        }
    }

    /// What is wrong with the weights of a prompt.
    init(_ error: PromptError, at pointer: String) {
        let place = Place.pointer(pointer)
        switch error {
        case .malformedWeight(let position):
            self.init(.unsupportedValue, "has a weight after \(position) characters that is no number", at: place)
        case .weightOutOfRange(let position):
            let range = "\(WeightedPrompt.weights)"
            self.init(.outOfRange, "has a weight after \(position) characters that is not in \(range)", at: place)
        case .nestedTooDeeply(let position):
            let maximum = WeightedPrompt.maximumDepth
            self.init(
                .outOfRange, "has more than \(maximum) brackets open after \(position) characters", at: place)
        }
    }
}
