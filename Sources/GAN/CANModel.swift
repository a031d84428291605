package import Images
package import Layers
package import Tensors

/// A creative adversarial network: a folder with `config.json`, `generator.safetensors`, `discriminator.safetensors`.
package struct CANModel: Sendable {
    /// The folder's own name.
    package let name: String
    /// The sizes and the styles.
    package let configuration: CANConfiguration
    /// What draws.
    package let generator: Generator
    /// What tells styles apart, and drawings from what the generator draws.
    package let discriminator: Discriminator
    /// Where both run.
    package let device: Device

    /// Reads a folder.
    package init(folder: String, on device: Device) throws(ModelError) {
        let file = try ConfigurationFile(folder + "/config.json")
        let configuration = try file.read(CANConfiguration.init)
        guard configuration.followsTheRule else {
            throw .malformed(
                file: file.path,
                reason: "size must be 64, 128, 256 or 512, generator_channels a multiple of size / 8, "
                    + "and labels at least two")
        }
        self.configuration = configuration
        self.device = device
        name = folder.split(separator: "/").last.map(String.init) ?? folder
        generator = try Self.read("\(folder)/generator.safetensors", on: device) { weights throws(WeightsError) in
            try Generator(weights, configuration: configuration)
        }
        discriminator = try Self.read(
            "\(folder)/discriminator.safetensors", on: device
        ) { weights throws(WeightsError) in
            try Discriminator(weights, configuration: configuration)
        }
    }

    /// An image as the discriminator takes it: the shorter side resized to the network's, bicubic, and the middle of it.
    ///
    ///     → [1, S, S, 3] in -1...1
    package func pixels(of image: Image) -> Tensor {
        let side = configuration.size
        let shorter = min(image.width, image.height)
        let (width, height) = (image.width * side / shorter, image.height * side / shorter)
        let (x, y) = ((width - side) / 2, (height - side) / 2)
        // Only what is kept is resized: a strip of 4096 x 1 pixels becomes very long.
        let square = image.resized(width: width, height: height, columns: x..<x + side, rows: y..<y + side)
        return Tensor(square.pixels.map { Float($0) / 127.5 - 1 }, shape: [1, side, side, 3], on: device)
    }

    /// The image of a generator's scalars [1, S, S, 3]; nil if they are not finite.
    package func image(of scalars: Tensor) -> Image? {
        let side = configuration.size
        precondition(scalars.shape == [1, side, side, 3], "an image of \(scalars.shape)")
        guard scalars.isFinite else { return nil }
        let bytes = scalars.scalars.map { UInt8((min(max($0, -1), 1) + 1) * 127.5 + 0.5) }
        return Image(width: side, height: side, pixels: bytes)
    }

    private static func read<Network>(
        _ file: String, on device: Device, _ network: (Weights) throws(WeightsError) -> Network
    ) throws(ModelError) -> Network {
        try ModelError.naming(file) { () throws(WeightsError) in
            let weights = try Weights(contentsOf: file, on: device)
            let read = try network(weights)
            try weights.requireAllRead()
            return read
        }
    }
}
