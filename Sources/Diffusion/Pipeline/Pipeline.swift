package import CLIP
package import Layers
package import Tensors

/// Tokenizer, text encoder, U-Net, autoencoder and scheduler of one folder: what draws pictures from words.
///
/// diffusers 0.42.1 `StableDiffusionPipeline`, `StableDiffusionImg2ImgPipeline`, `StableDiffusionInpaintPipeline` and
/// `LatentConsistencyModelPipeline`. A folder `vae_tiny` beside `vae`
/// holds a second, faster autoencoder for requests that ask for it; `vae` itself may be an `AutoencoderTiny` too.
package struct Pipeline: Sendable {
    /// The folder's own name.
    package let name: String
    /// The tokenizer of its prompts.
    package let tokenizer: Tokenizer
    /// Its networks.
    package let parts: [PipelinePart]
    var textEncoder: TextEncoder
    var unet: UNet
    /// What tells its U-Net from all others.
    let network = StepShape.Network()
    let schedulers: SchedulerConfiguration
    /// Whether a scale above 1 means two predictions at each step; else the U-Net takes the scale itself, or none.
    let isGuidedByTwo: Bool
    let device: Device
    private let decoder: Autoencoder
    private let fastDecoder: Autoencoder?

    static let fastDecoderFolder = "vae_tiny"
    static let usualSampleSize = 64  // where the U-Net's configuration does not say

    /// Loads a folder in diffusers' layout.
    package init(folder: String, on device: Device) throws(ModelError) {
        let index = try PipelineIndex(folder: folder)
        self.device = device
        name = folder.split(separator: "/").last.map(String.init) ?? folder
        // What runs once a picture saves too little time by integers to be worth their error.
        let once = device.withoutIntegers
        textEncoder = try TextEncoder(folder: folder + "/text_encoder", on: once)
        tokenizer = try Tokenizer(folder: folder + "/tokenizer", for: textEncoder.configuration)
        unet = try UNet(folder: folder + "/unet", on: device)
        decoder = try Autoencoder(folder: folder + "/vae", on: once)
        let hasFastDecoder = MappedFile.exists("\(folder)/\(Self.fastDecoderFolder)/config.json")
        fastDecoder = hasFastDecoder ? try Autoencoder(folder: "\(folder)/\(Self.fastDecoderFolder)", on: once) : nil
        let schedulers = try SchedulerConfiguration(contentsOf: folder + "/scheduler/scheduler_config.json")
        switch index.pipelineClass {
        case .stableDiffusion: self.schedulers = try schedulers.correctedForStableDiffusion()
        case .inpainting: self.schedulers = try schedulers.correctedForInpainting()
        case .latentConsistency: self.schedulers = schedulers
        }
        isGuidedByTwo = index.pipelineClass != .latentConsistency && unet.configuration.guidanceWidth == nil
        var parts: [PipelinePart] = []
        for part in ["text_encoder", "unet", "vae"] + (hasFastDecoder ? [Self.fastDecoderFolder] : []) {
            parts.append(try PipelinePart(part, in: folder, on: device))
        }
        self.parts = parts
        try checkThatPartsFit(folder, index.pipelineClass)
    }

    /// Widths and heights are multiples of it.
    package var factor: Int { decoder.factor }

    /// The side of the pictures that the U-Net was trained on.
    package var defaultSide: Int { (unet.configuration.sampleSize ?? Self.usualSampleSize) * factor }

    /// The scheduler of requests that name none.
    package var schedulerKind: SchedulerKind { schedulers.kind }

    /// Whether requests may ask for the fast decoder.
    package var hasFastDecoder: Bool { fastDecoder != nil }

    /// Whether its U-Net only inpaints: every request must bring a picture and its mask.
    package var seesMasks: Bool { unet.configuration.inputChannels > latentChannels }

    /// Whether a request with such a guidance scale makes two predictions at a step.
    package func isGuided(at scale: Float) -> Bool { isGuidedByTwo && scale > 1 }

    /// Channels of the latents.
    var latentChannels: Int { decoder.latentChannels }

    /// The autoencoder that a request asks for.
    func decoder(for request: GenerationRequest) -> Autoencoder {
        request.usesFastDecoder ? fastDecoder ?? decoder : decoder
    }

    private func checkThatPartsFit(_ folder: String, _ kind: PipelineIndex.Class) throws(ModelError) {
        func check(_ part: String, _ field: String, _ actual: Int, _ expected: Int) throws(ModelError) {
            guard actual != expected else { return }
            throw .unsupported(file: "\(folder)/\(part)/config.json", pointer: "/\(field)", value: "\(actual)")
        }
        let configuration = unet.configuration
        try check(
            "unet", "cross_attention_dim", configuration.contextWidth, textEncoder.configuration.transformer.width)
        // For inpainting the U-Net may see the mask and the rest of the picture too.
        let inputs = kind == .inpainting && seesMasks ? 2 * latentChannels + 1 : latentChannels
        try check("unet", "in_channels", configuration.inputChannels, inputs)
        try check("unet", "out_channels", configuration.outputChannels, decoder.latentChannels)
        guard let fastDecoder else { return }
        try check(Self.fastDecoderFolder, "latent_channels", fastDecoder.latentChannels, decoder.latentChannels)
        try check(Self.fastDecoderFolder, "block_out_channels", fastDecoder.factor, decoder.factor)
    }
}
