/// What a `UNet2DConditionModel` of the Stable Diffusion family looks like.
package struct UNetConfiguration: Sendable, Equatable {
    /// One resolution: the down block and the up block that work at it.
    struct Level: Equatable {
        let channels: Int
        /// Residual blocks on the way down; the way up has one more.
        let layerCount: Int
        /// Transformer blocks after each residual block that attends.
        let transformerDepth: Int
        let headCount: Int
        /// Whether the prompt takes the place of self-attention too.
        let attendsOnlyToPrompt: Bool
        let attendsGoingDown: Bool
        let attendsGoingUp: Bool
    }

    /// Channels of the latents that go in; more than `outputChannels` for inpainting.
    package let inputChannels: Int
    /// Channels of the prediction.
    package let outputChannels: Int
    /// Features of the text encoder's tokens.
    package let contextWidth: Int
    /// The side of the latents that the model was trained on, if its configuration says.
    package let sampleSize: Int?
    /// Features of the guidance scale's embedding; nil but for models distilled from guidance (LCM).
    package let guidanceWidth: Int?
    /// Features of the time embedding.
    let timeWidth: Int
    /// Whether the cosines of a timestep come before its sines.
    let cosineFirst: Bool
    let frequencyShift: Float
    /// The resolutions, finest first; at least one.
    let levels: [Level]
    let hasMiddleBlock: Bool
    let groupCount: Int
    let epsilon: Float
    /// Whether transformers project by linear layers rather than 1x1 convolutions.
    let projectsLinearly: Bool
    let inputKernel: Int
    let outputKernel: Int
}
