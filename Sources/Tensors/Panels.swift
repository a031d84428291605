import CKernels

/// The right side of a product, laid out once as the kernels read it.
///
/// Columns lie in panels of 32, so that a tile of the product reads one stretch of memory; a panel holds, for each
/// step of the depth, its 32 columns side by side. Zeros fill the last panel.
struct Panels: Sendable {
    /// How many columns a panel holds.
    static let width = Int(CK_PANEL_WIDTH)

    let columns: Int
    let depth: Int
    /// Laid out [⌈columns / 32⌉, depth, 32].
    let scalars: Tensor

    /// Lays out a checkpoint's weight, one column of the product a row: kernel positions ("taps") outermost.
    ///
    ///     weight [columns, inputs, taps] → depth = taps · inputs
    init(_ weight: Tensor, taps: Int = 1) {
        let columns = weight.shape[0]
        let depth = weight.count / max(1, columns)
        let inputs = depth / taps
        let count = (columns + Self.width - 1) / Self.width
        var scalars = Tensor(uninitialized: [count, depth, Self.width], on: weight.device)
        let pool = weight.device.pool
        weight.withPointer { source in
            scalars.withMutablePointer { target in
                pool.forEach(count) { panel, _ in
                    Self.fill(
                        target + panel * depth * Self.width, from: source + panel * Self.width * depth,
                        columns: min(Self.width, columns - panel * Self.width), inputs: inputs, taps: taps)
                }
            }
        }
        self.columns = columns
        self.depth = depth
        self.scalars = scalars
    }

    /// One panel from its columns' weights [columns, inputs, taps].
    private static func fill(
        _ panel: UnsafeMutablePointer<Float>, from weight: UnsafePointer<Float>, columns: Int, inputs: Int, taps: Int
    ) {
        // Some inputs at a time, 18 KiB of the panel: it stays in the first cache while every column passes.
        let band = max(1, 144 / taps)
        for start in stride(from: 0, to: inputs, by: band) {
            let end = min(inputs, start + band)
            for column in 0..<columns {
                let source = weight + column * inputs * taps
                for input in start..<end {
                    for tap in 0..<taps {
                        panel[(tap * inputs + input) * width + column] = source[input * taps + tap]
                    }
                }
            }
            guard columns < width else { continue }
            for tap in 0..<taps {
                for input in start..<end {
                    (panel + (tap * inputs + input) * width + columns).update(repeating: 0, count: width - columns)
                }
            }
        }
    }
}
