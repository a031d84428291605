package import Diffusion
package import JSON

/// A text that is longer than what a text encoder sees of it.
package struct Truncation: Sendable, Equatable {
    /// The field that holds the text.
    package let pointer: String
    /// How many tokens are seen.
    package let seenCount: Int
    /// How many are cut.
    package let cutCount: Int

    /// A text of which some tokens are cut.
    init(pointer: String, seenCount: Int, cutCount: Int) {
        (self.pointer, self.seenCount, self.cutCount) = (pointer, seenCount, cutCount)
    }

    /// Nil for a text that fits.
    package init?(of prompt: PromptMeasure, at pointer: String) {
        guard prompt.truncatedCount > 0 else { return nil }
        self.pointer = pointer
        seenCount = prompt.tokenCount
        cutCount = prompt.truncatedCount
    }

    /// The warning of the API.
    package var json: JSONValue {
        let detail = "\(pointer) was cut after \(seenCount) tokens; \(cutCount) were not seen."
        return ["code": "text_truncated", "pointer": .string(pointer), "detail": .string(detail)]
    }
}
