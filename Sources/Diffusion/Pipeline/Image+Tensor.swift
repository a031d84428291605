package import Images
package import Tensors

extension Tensor {
    /// A picture as numbers in -1...1, as autoencoders see it.
    ///
    ///     → [1, H, W, 3]
    init(_ image: Image, on device: Device) {
        let scalars = image.pixels.map { 2 * (Float($0) / 255) - 1 }  // diffusers `VaeImageProcessor.normalize`
        self.init(scalars, shape: [1, image.height, image.width, 3], on: device)
    }
}

extension Image {
    /// The 8-bit picture of numbers in -1...1, rounded as diffusers' `VaeImageProcessor` does; others are clipped.
    ///
    ///     picture [1, H, W, 3]
    package init(_ picture: Tensor) {
        precondition(picture.shape.count == 4 && picture.shape[0] == 1 && picture.shape[3] == 3, "\(picture.shape)")
        let pixels = picture.scalars.map { scalar in
            UInt8((min(max(scalar / 2 + 0.5, 0), 1) * 255).rounded(.toNearestOrEven))
        }
        self.init(width: picture.shape[2], height: picture.shape[1], pixels: pixels)
    }
}
