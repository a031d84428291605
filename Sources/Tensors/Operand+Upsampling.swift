extension Operand {
    /// Nearest-neighbour resize of feature maps as `torch.nn.functional.interpolate(mode="nearest")`, for a convolution
    /// to read where they lie.
    ///
    ///     x [N, H, W, C] → [N, height, width, C]
    package init(upsampling x: consuming Tensor, height: Int, width: Int, on device: Device? = nil) {
        precondition(x.shape.count == 4, "upsampling of \(x.shape)")
        let device = device ?? x.device
        self.init(Operand(consume x, on: device), height: height, width: width)
    }
}
