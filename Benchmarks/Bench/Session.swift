import CLIP
import Diffusion
import Images
import Tensors

/// A process's models, each loaded when a command first needs it, and its answers.
struct Session {
    private let options: Options
    private let device: Device
    private let clock = ContinuousClock()
    private var random = PyTorchGenerator(seed: 1)
    private var unet: UNet?
    private var autoencoder: Autoencoder?
    private var textEncoder: TextEncoder?
    private var clip: CLIPModel?
    private var pipeline: Pipeline?

    private static let tokens = 77
    private static let guidanceScale: Float = 7.5  // diffusers' default
    private static let clipSide = 224

    init(_ options: Options) {
        self.options = options
        device = options.device
    }

    /// Runs a command.
    mutating func answer(to command: Command) throws -> Answer {
        switch command.name {
        case "load": try load()
        case "unet": try step(command)
        case "conditioning": try conditioning()
        case "decode": try decode(command)
        case "text": try text()
        case "clip": try embed(command)
        case "picture": try picture(command, guidanceScale: Self.guidanceScale)
        case "turbo": try picture(command, guidanceScale: 1)
        case "predict": try predict(command)
        case "draw": try draw(command)
        default: throw Command.Failure.unknown(command.name)
        }
    }

    /// `load`: the whole pipeline, anew.
    private mutating func load() throws -> Answer {
        pipeline = nil
        let start = clock.now
        pipeline = try Pipeline(folder: options.folder, on: device)
        return Answer(["seconds": clock.now - start])
    }

    /// `unet WIDTH HEIGHT [PROMPTS]`: one step of pictures with two prompts each, or of one with one; what is made once a
    /// picture is made before.
    private mutating func step(_ command: Command) throws -> Answer {
        let unet = try loadedUNet()
        let (width, height, prompts) = (try command.count(0), try command.count(1), try command.count(2, usual: 2))
        guard prompts == 1 || prompts.isMultiple(of: 2) else {
            throw Command.Failure.wants("1 prompt, or two a picture")
        }
        let conditioning = unet.conditioning(on: context(unet, prompts: prompts))
        let latents = normals([max(1, prompts / 2), height / 8, width / 8, unet.configuration.inputChannels])
        let time = unet.timeShifts(at: [Moment(timestep: 501)], on: device)
        return Answer(["seconds": clock.measure { _ = unet(latents, time: time, conditioning: conditioning) }])
    }

    /// `conditioning`: what is made once a picture: the keys and values of two prompts, and what stands for the time of
    /// 20 steps.
    private mutating func conditioning() throws -> Answer {
        let unet = try loadedUNet()
        let context = context(unet, prompts: 2)
        let moments = (0..<20).map { Moment(timestep: Float(951 - 50 * $0)) }
        let seconds = clock.measure {
            _ = unet.conditioning(on: context)
            _ = unet.timeShifts(at: moments, on: device)
        }
        return Answer(["seconds": seconds])
    }

    /// `decode WIDTH HEIGHT`: latents to a picture.
    private mutating func decode(_ command: Command) throws -> Answer {
        let autoencoder = try self.autoencoder ?? Autoencoder(folder: options.folder + "/vae", on: device)
        self.autoencoder = autoencoder
        let factor = autoencoder.factor
        let latents = normals([
            1, try command.count(1) / factor, try command.count(0) / factor, autoencoder.latentChannels,
        ])
        return Answer(["seconds": clock.measure { _ = autoencoder.decode(latents) }])
    }

    /// `text`: two prompts through the text encoder.
    private mutating func text() throws -> Answer {
        let encoder = try textEncoder ?? TextEncoder(folder: options.folder + "/text_encoder", on: device)
        textEncoder = encoder
        let bound = encoder.configuration.vocabularyCount
        let ids = (0..<2).map { prompt in (0..<Self.tokens).map { (1 + prompt * Self.tokens + $0) % bound } }
        return Answer(["seconds": clock.measure { _ = encoder(ids).hidden }])
    }

    /// `clip COUNT`: the embeddings of pictures, which are of the model's size already.
    private mutating func embed(_ command: Command) throws -> Answer {
        guard let folder = options.clip else { throw Command.Failure.wants("--clip") }
        let model = try clip ?? CLIPModel(folder: folder, on: device)
        clip = model
        let side = Self.clipSide
        let images = (0..<(try command.count(0))).map { _ in
            Image(
                width: side, height: side,
                pixels: random.uniforms(side * side * 3).map { UInt8($0 * 255) })
        }
        return Answer(["seconds": clock.measure { _ = model.embed(images: images) }])
    }

    /// `picture WIDTH HEIGHT STEPS` or `turbo WIDTH HEIGHT [STEPS]`: from a prompt to 8-bit pixels.
    private mutating func picture(_ command: Command, guidanceScale: Float) throws -> Answer {
        let pipeline = try loadedPipeline()
        let request = GenerationRequest(
            prompt: "a watercolour of a lighthouse", width: try command.count(0), height: try command.count(1),
            steps: try command.count(2, usual: 1), guidanceScale: guidanceScale, scheduler: .ddim)
        let start = clock.now
        let plan = try pipeline.plan(request)
        let planned = clock.now
        var generation = plan.generation(seed: 1)
        while try generation.next() != nil {}
        let stepped = clock.now
        _ = try generation.image()
        let end = clock.now
        return Answer([
            "seconds": end - start, "text": planned - start, "steps": stepped - planned, "decode": end - stepped,
        ])
    }

    /// `predict WIDTH HEIGHT TIMESTEP LATENTS CONTEXT OUT`: the U-Net's prediction for latents [2, h, w, C] and texts
    /// [2, T, D] of files, into a file.
    private mutating func predict(_ command: Command) throws -> Answer {
        let unet = try loadedUNet()
        let (width, height) = (try command.count(0), try command.count(1))
        let shape = [2, height / 8, width / 8, unet.configuration.inputChannels]
        let latents = Tensor(try RawFile(command.word(3)).floats(), shape: shape, on: device)
        let texts = try RawFile(command.word(4)).floats()
        let contextWidth = unet.configuration.contextWidth
        let context = Tensor(texts, shape: [2, texts.count / (2 * contextWidth), contextWidth], on: device)
        let start = clock.now
        let output = unet(latents, timestep: try command.number(2), conditioning: unet.conditioning(on: context))
        let end = clock.now
        try RawFile(command.word(5)).write(output.scalars)
        return Answer(["seconds": end - start])
    }

    /// `draw WIDTH HEIGHT STEPS SCALE SEED OUT PROMPT…`: the 8-bit pixels [h, w, 3] of a picture by DDIM, into a file.
    private mutating func draw(_ command: Command) throws -> Answer {
        let pipeline = try loadedPipeline()
        guard let seed = UInt64(try command.word(4)) else { throw Command.Failure.wants("a seed") }
        let request = GenerationRequest(
            prompt: command.text(from: 6), width: try command.count(0), height: try command.count(1),
            steps: try command.count(2), guidanceScale: try command.number(3), scheduler: .ddim)
        let start = clock.now
        var generation = try pipeline.plan(request).generation(seed: seed)
        while try generation.next() != nil {}
        let image = try generation.image()
        let end = clock.now
        try RawFile(command.word(5)).write(image.pixels)
        return Answer(["seconds": end - start])
    }

    private mutating func loadedUNet() throws -> UNet {
        let loaded = try unet ?? UNet(folder: options.folder + "/unet", on: device)
        unet = loaded
        return loaded
    }

    private mutating func loadedPipeline() throws -> Pipeline {
        let loaded = try pipeline ?? Pipeline(folder: options.folder, on: device)
        pipeline = loaded
        return loaded
    }

    private mutating func context(_ unet: UNet, prompts: Int) -> Tensor {
        normals([prompts, Self.tokens, unet.configuration.contextWidth])
    }

    private mutating func normals(_ shape: [Int]) -> Tensor {
        Tensor(random.normals(shape.reduce(1, *)), shape: shape, on: device)
    }
}
