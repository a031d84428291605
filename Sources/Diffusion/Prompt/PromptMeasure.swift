/// How long a prompt is for a pipeline.
package struct PromptMeasure: Sendable, Equatable {
    /// How many tokens the text encoder sees, with the begin and the end of each chunk.
    package let tokenCount: Int
    /// How many tokens of the prompt it does not see.
    package let truncatedCount: Int
    /// How many times it reads.
    package let chunkCount: Int

    init(_ prompt: PromptChunks) {
        tokenCount = prompt.tokenCount
        truncatedCount = prompt.truncatedCount
        chunkCount = prompt.chunks.count
    }
}

extension Pipeline {
    /// Reads a prompt's weights and counts its tokens, without encoding them.
    package func measure(_ prompt: String) throws(PromptError) -> PromptMeasure {
        PromptMeasure(try chunks(of: prompt))
    }
}
