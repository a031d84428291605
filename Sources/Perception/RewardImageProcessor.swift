import CLIP
package import Images
package import Tensors

/// What ImageReward does to an image: the shorter side resized to the encoder's, bicubic, and the middle of it.
///
/// `_transform` of ImageReward.py in image-reward 1.5, on torchvision's path through Pillow, with the mean and deviation
/// of OpenAI's CLIP.
package struct RewardImageProcessor: Sendable {
    private let side: Int
    private let table = PixelTable(mean: PixelTable.clipMean, deviation: PixelTable.clipDeviation)

    /// Preprocessing for an encoder of squares of `side` pixels.
    package init(side: Int) { self.side = side }

    /// Images of any size as the encoder takes them.
    ///
    ///     images N → [N, S, S, 3]
    package func callAsFunction(_ images: [Image], on device: Device) -> Tensor {
        table(device.map(images.count) { fitted(images[$0]) }, on: device)
    }

    private func fitted(_ image: Image) -> Image {
        // The longer side is rounded down (torchvision `_compute_resized_output_size`).
        let shorter = min(image.width, image.height)
        let (width, height) = (image.width * side / shorter, image.height * side / shorter)
        // Only what is kept is resized: a strip of 4096 x 1 pixels becomes very long.
        let (x, y) = (Self.half(width - side), Self.half(height - side))
        return image.resized(width: width, height: height, columns: x..<x + side, rows: y..<y + side)
    }

    /// Half of a margin; halves go to the even neighbour, as Python's `round` does in torchvision's `center_crop`.
    private static func half(_ margin: Int) -> Int { Int((Double(margin) / 2).rounded(.toNearestOrEven)) }
}
