extension Operand {
    /// Nearest-neighbour resize of feature maps as `torch.nn.functional.interpolate(mode="nearest")`, never held as floats.
    ///
    ///     x [N, H, W, C] → [N, height, width, C]
    package init(upsampling x: Tensor, height: Int, width: Int, on device: Device? = nil) {
        precondition(x.shape.count == 4, "upsampling of \(x.shape)")
        let (images, oldHeight, oldWidth, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let columns = Self.nearest(oldWidth, width)
        let lines = Self.nearest(oldHeight, height)
        self = x.withPointer { source in
            Operand([images, height, width, channels], on: device ?? x.device) { pixels, target in
                for (index, pixel) in pixels.enumerated() {
                    let (line, column) = pixel.quotientAndRemainder(dividingBy: width)
                    let (image, row) = line.quotientAndRemainder(dividingBy: height)
                    let old = (image * oldHeight + lines[row]) * oldWidth + columns[column]
                    (target + index * channels).update(from: source + old * channels, count: channels)
                }
            }
        }
    }

    /// Which old position each new one shows: floor(i · old / new), in single precision as PyTorch computes it.
    private static func nearest(_ old: Int, _ new: Int) -> [Int] {
        let scale = Float(old) / Float(new)
        return (0..<new).map { min(Int((Float($0) * scale).rounded(.down)), old - 1) }
    }
}
