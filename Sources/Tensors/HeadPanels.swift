import CKernels

/// The keys or the values of each image and head as right sides of products, laid out as `Panels` are.
struct HeadPanels {
    private let columns: Int
    private let depth: Int
    private let panels: Int
    /// Laid out [images · heads, ⌈columns / 32⌉, depth, 32].
    private let scalars: Tensor

    /// Keys as columns, multiplied by the scale of the scores.
    ///
    ///     key [P, S, heads · d] → columns = S, depth = d
    init(keys key: Tensor, heads: Int, scale: Float) {
        let (length, features) = (key.shape[1], key.shape[2])
        self.init(columns: length, depth: features / heads, of: key, heads: heads) { source, panel, columns in
            for (place, column) in columns.enumerated() {
                let source = source + column * features
                for i in 0..<features / heads { panel[i * Panels.width + place] = source[i] * scale }
            }
        }
    }

    /// Values as rows.
    ///
    ///     value [P, S, heads · d] → columns = d, depth = S
    init(values value: Tensor, heads: Int) {
        let (length, features) = (value.shape[1], value.shape[2])
        self.init(columns: features / heads, depth: length, of: value, heads: heads) { source, panel, columns in
            for row in 0..<length {
                (panel + row * Panels.width).update(
                    from: source + row * features + columns.lowerBound, count: columns.count)
            }
        }
    }

    /// Fills each panel from where its image and head begin in `tensor`.
    private init(
        columns: Int, depth: Int, of tensor: Tensor, heads: Int,
        fill: (_ source: UnsafePointer<Float>, _ panel: UnsafeMutablePointer<Float>, _ columns: Range<Int>) -> Void
    ) {
        let (images, length, features) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
        let width = Panels.width
        let panels = (columns + width - 1) / width
        var scalars = Tensor(uninitialized: [images * heads, panels, depth, width], on: tensor.device)
        let pool = tensor.device.pool
        tensor.withPointer { source in
            scalars.withMutablePointer { target in
                pool.forEach(images * heads * panels) { index, _ in
                    let (imageAndHead, position) = index.quotientAndRemainder(dividingBy: panels)
                    let (image, head) = imageAndHead.quotientAndRemainder(dividingBy: heads)
                    let range = position * width..<min(columns, (position + 1) * width)
                    let panel = target + index * depth * width
                    if range.count < width { panel.update(repeating: 0, count: depth * width) }
                    fill(source + image * length * features + head * (features / heads), panel, range)
                }
            }
        }
        self.columns = columns
        self.depth = depth
        self.panels = panels
        self.scalars = scalars
    }

    /// Multiplies a block of rows by the panels of one image and head.
    ///
    ///     left [rows] pointers to `depth` scalars → result [rows, columns], its rows `stride` scalars apart
    func multiply(
        _ imageAndHead: Int, _ left: UnsafeMutablePointer<UnsafePointer<Float>?>, rows: Int,
        into result: UnsafeMutablePointer<Float>, stride: Int, gatheringIn scratch: UnsafeMutablePointer<Float>
    ) {
        scalars.withPointer { scalars in
            ck_product(
                left: UnsafePointer(left), rows: rows, taps: 1, run: depth, zeros: nil,
                panels: scalars + imageAndHead * panels * depth * Panels.width, columns: columns, bias: nil,
                residual: nil, result: result, stride: stride
            ).multiply(self.scalars.device.level, gatheringIn: scratch)
        }
    }
}
