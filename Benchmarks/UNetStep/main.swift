import Glibc
import Diffusion
import Tensors

// Answers one JSON line for each command line, so that a script can time it in turn with its peers:
//     liminal-bench UNET_FOLDER THREADS, then lines of `step WIDTH HEIGHT` in pixels.

let arguments = CommandLine.arguments
guard arguments.count == 4, let threads = Int(arguments[2]), threads >= 1 else {
    print("usage: liminal-bench UNET_FOLDER THREADS")
    exit(2)
}
let device = Device(threads: threads, precision: Precision(rawValue: arguments[3])!)
let clock = ContinuousClock()

func report(_ name: String, _ duration: Duration) {
    print("{\"\(name)\": \(duration / .seconds(1))}")
    fflush(nil)
}

let decoder = try Autoencoder(folder: arguments[1] + "/../vae", on: device)
let loading = clock.now
let unet = try UNet(folder: arguments[1], on: device)
report("load_seconds", clock.now - loading)

var random = PyTorchGenerator(seed: 1)
let tokens = 77
let width = unet.configuration.contextWidth
let context = Tensor(random.normals(2 * tokens * width), shape: [2, tokens, width], on: device)

while let line = readLine() {
    let words = line.split(separator: " ")
    if words.count == 3, words[0] == "decode", let w = Int(words[1]), let h = Int(words[2]) {
        let shape = [1, h / 8, w / 8, 4]
        let latents = Tensor(random.normals(shape.reduce(1, *)), shape: shape, on: device)
        let start = clock.now
        let picture = decoder.decode(latents)
        report("seconds", clock.now - start)
        print(picture.scalars[0..<4])
        continue
    }
    guard words.count == 3, words[0] == "step", let w = Int(words[1]), let h = Int(words[2]) else { continue }
    let shape = [2, h / 8, w / 8, unet.configuration.inputChannels]
    let latents = Tensor(random.normals(shape.reduce(1, *)), shape: shape, on: device)
    let conditioning = unet.conditioning(on: context)
    let start = clock.now
    let y = unet(latents, timestep: 501, conditioning: conditioning)
    print(y.scalars[0..<4])
    report("seconds", clock.now - start)
}
