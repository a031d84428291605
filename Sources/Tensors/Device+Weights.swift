extension Device {
    /// Memory that a checkpoint's weight takes once it is laid out for products, or a vector as floats.
    ///
    ///     shape [outputs, inputs], [outputs, inputs, kernel, kernel] or [D]
    package func byteCount(ofWeight shape: [Int]) -> Int {
        guard shape.count > 1 else { return shape.reduce(MemoryLayout<Float>.size, *) }
        let (panels, inputs) = ((shape[0] + Panels.width - 1) / Panels.width, shape[1])
        if shape.count == 2, Panels.quantizes(inputs: inputs, on: self) {
            return panels * Panels.quantizedStride(run: Panels.quantizedRun(inputs))
        }
        let taps = shape.dropFirst(2).reduce(1, *)
        return panels * Panels.width * taps * precision.padded(inputs) * precision.byteCount
    }
}
