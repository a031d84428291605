/// A list of prompts that systems are compared on.
package struct PromptCatalogue: Sendable, Equatable {
    /// The name under which requests ask for it.
    package let id: String
    /// What it is.
    package let title: String
    /// The prompts in order.
    package let prompts: [String]

    /// The catalogues of arXiv 2407.12009's code, to the letter, double spaces included.
    package static let paper = [
        PromptCatalogue(
            id: "training",
            title: "The 24 prompts of a medium and a subject that models are tuned on, and the empty one",
            prompts: media.flatMap(combined) + [" "]),
        PromptCatalogue(
            id: "comparison",
            title: "The 27 prompts that models are compared on: each medium's subjects, then the empty one",
            prompts: media.flatMap { combined($0) + [" "] }),
    ]

    private static let media = ["painting of ", "picture of ", "drawing of "]
    private static let subjects = [
        "a man", " a woman", " a landscape", " nature", " a building", " an animal", " shapes", " an object",
    ]

    private static func combined(_ medium: String) -> [String] { subjects.map { medium + $0 } }
}
