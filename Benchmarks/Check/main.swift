import Diffusion
import GAN
import Glibc
import Images
import Layers
import Perception
import Tensors

// Writes what models make of their inputs as safetensors, so that a script can compare it with its peers:
//     liminal-check can FOLDER THREADS OUT SEED...              images of latents, and what the discriminator says
//     liminal-check dino FOLDER THREADS OUT PNG...              style, content and whole of each
//     liminal-check reward FOLDER THREADS OUT PNG TEXT [...]    the rewards
// and prints one JSON line with the seconds of loading, and one for each picture.

let arguments = CommandLine.arguments
guard arguments.count >= 6, let threads = Int(arguments[3]), threads >= 1 else {
    print("usage: liminal-check (can | dino | reward) FOLDER THREADS OUT (SEED... | PNG... | PNG TEXT...)")
    exit(2)
}
let device = Device(threads: threads)
let clock = ContinuousClock()

func image(_ path: String) throws -> Image {
    let file = try MappedFile(path: path)
    return try Image(png: file.bytes(in: 0..<file.size))
}

func timed<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    let start = clock.now
    let result = try body()
    print("{\"\(name)\": \((clock.now - start) / .seconds(1))}")
    return result
}

let rest = Array(arguments[5...])
var document = SafetensorsDocument()
switch arguments[1] {
case "can":
    let model = try timed("load_seconds") { try CANModel(folder: arguments[2], on: device) }
    for (index, seed) in rest.compactMap(UInt64.init).enumerated() {
        var generator = PyTorchGenerator(seed: seed)
        let count = model.configuration.latentSize
        let latent = Tensor(generator.normals(count), shape: [1, count], on: device)
        let (image, logits) = timed("seconds") {
            let image = model.generator(latent)
            return (image, model.discriminator(image))
        }
        document.append("image.\(index)", image.scalars, shape: image.shape)
        document.append("real.\(index)", logits.real.scalars, shape: logits.real.shape)
        document.append("styles.\(index)", logits.styles.scalars, shape: logits.styles.shape)
    }
case "dino":
    let model = try timed("load_seconds") { try DINOModel(folder: arguments[2], on: device) }
    for (index, path) in rest.enumerated() {
        let image = try image(path)
        let features = timed("seconds") { model.features(of: [image])[0] }
        document.append("style.\(index)", features.style, shape: [features.style.count])
        document.append("content.\(index)", features.content, shape: [features.content.count])
        document.append("whole.\(index)", features.whole, shape: [features.whole.count])
    }
default:
    let model = try timed("load_seconds") { try ImageRewardModel(folder: arguments[2], on: device) }
    var rewards: [Float] = []
    for index in stride(from: 0, to: rest.count - 1, by: 2) {
        let image = try image(rest[index])
        rewards += timed("seconds") { model.rewards(of: [image], for: [rest[index + 1]]) }
    }
    document.append("rewards", rewards, shape: [rewards.count])
}
let bytes = document.encoded()
guard let file = fopen(arguments[4], "wb"), fwrite(bytes, 1, bytes.count, file) == bytes.count, fclose(file) == 0 else {
    print("\(arguments[4]) cannot be written")
    exit(1)
}
