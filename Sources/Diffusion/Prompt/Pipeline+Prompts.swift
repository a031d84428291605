import CLIP
package import Tensors

extension Pipeline {
    /// A prompt as the text encoder reads it.
    func chunks(of prompt: String) throws(PromptError) -> PromptChunks {
        PromptChunks(try WeightedPrompt(prompt), by: tokenizer)
    }

    /// What the U-Net is told of prompts: the encodings of their chunks, side by side.
    ///
    ///     prompts P of at most K chunks → [P, K T, D]
    ///
    /// Shorter prompts end in chunks of nothing, as with the webui's option `pad_cond_uncond`.
    package func context(of prompts: [PromptChunks]) -> Tensor {
        let count = prompts.map(\.chunks.count).max() ?? 0
        let chunks = prompts.flatMap { $0.padded(to: count) }
        let hidden = textEncoder(chunks.map { tokenizer.framed($0.ids) }).hidden
        return emphasized(hidden, by: chunks).reshaped([prompts.count, count * hidden.shape[1], hidden.shape[2]])
    }

    /// Encodings with their chunks' weights; those of chunks without any stay as they are.
    ///
    ///     hidden [N, T, D], chunks N → [N, T, D]
    private func emphasized(_ hidden: Tensor, by chunks: [PromptChunk]) -> Tensor {
        guard chunks.contains(where: \.isWeighted) else { return hidden }
        return .stacked(
            chunks.enumerated().map { index, chunk in
                let encoding = hidden[index..<index + 1]
                return chunk.isWeighted ? encoding.emphasized(by: chunk.weights) : encoding
            })
    }
}

extension Tensor {
    /// A chunk's encoding times the weights of its tokens, scaled so that the mean stays what it was.
    ///
    ///     self [1, T, D], weights up to T - 2, of the tokens after the first → [1, T, D]
    ///
    /// The webui's `EmphasisOriginal` of sd_emphasis.py, which takes the mean over all prompts that are encoded
    /// together; here it is the chunk's own, so that no prompt depends on its neighbours. Sums are of 64 bits: the
    /// mean is often a thousandth of what it is the mean of.
    fileprivate func emphasized(by weights: [Float]) -> Tensor {
        let width = shape[2]
        var scalars = scalars
        let mean = scalars.reduce(0) { $0 + Double($1) }
        for (token, weight) in weights.enumerated() where weight != 1 {
            for index in (token + 1) * width..<(token + 2) * width { scalars[index] *= weight }
        }
        let newMean = scalars.reduce(0) { $0 + Double($1) }
        return Float(mean / newMean) * Tensor(scalars, shape: shape, on: device)
    }
}
