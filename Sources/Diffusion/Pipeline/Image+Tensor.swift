package import Images
package import Tensors

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
