/// Why the weights of a prompt cannot be read; a position counts Unicode scalars from 0.
package enum PromptError: Error, Equatable {
    /// A weight like `1.2.3`.
    case malformedWeight(position: Int)
    /// A weight that is written outside `WeightedPrompt.weights`, or text whose brackets' product is.
    case weightOutOfRange(position: Int)
    /// A bracket inside more open ones than `WeightedPrompt.maximumDepth`.
    case nestedTooDeeply(position: Int)
}
