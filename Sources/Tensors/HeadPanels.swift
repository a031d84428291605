import CKernels

/// The keys or the values of each image and head as right sides of products, laid out as `Panels` are.
struct HeadPanels: Sendable {
    /// How many columns there are.
    let columns: Int
    /// How many scalars of a left row are multiplied.
    let depth: Int
    private let panels: Int
    private let storage: Storage
    private let device: Device

    /// Keys as columns.
    ///
    ///     key [P, S, heads · d] → columns = S, depth = d
    init(keys key: Operand, heads: Int) {
        let (length, features) = (key.shape[1], key.shape[2] / heads)
        let device = key.device
        self.init(columns: length, depth: features, of: key, heads: heads) { source, panel, columns in
            let source = source + columns.lowerBound * key.byteStride
            switch device.precision {
            case .bf16, .int8:
                ck_transpose_pairs(
                    panel.assumingMemoryBound(to: UInt16.self), source.assumingMemoryBound(to: UInt16.self),
                    key.stride, columns.count, features)
            case .fp32:
                ck_pack_f32(
                    device.level.cValue, .CK_SCALAR_F32, panel.assumingMemoryBound(to: Float.self), source, key.stride,
                    columns.count, features, 1)
            }
        }
    }

    /// Values as rows.
    ///
    ///     value [P, S, heads · d] → columns = d, depth = S
    init(values value: Operand, heads: Int) {
        let (length, features) = (value.shape[1], value.shape[2] / heads)
        let device = value.device
        self.init(columns: features, depth: length, of: value, heads: heads) { source, panel, columns in
            let source = source + columns.lowerBound * device.precision.byteCount
            switch device.precision {
            case .bf16, .int8:
                ck_interleave_rows(
                    panel.assumingMemoryBound(to: UInt16.self), source.assumingMemoryBound(to: UInt16.self),
                    value.stride, length, columns.count)
            case .fp32:
                let (panel, width) = (panel.assumingMemoryBound(to: Float.self), Panels.width)
                let source = source.assumingMemoryBound(to: Float.self)
                for row in 0..<length {
                    (panel + row * width).update(from: source + row * value.stride, count: columns.count)
                    (panel + row * width + columns.count).update(repeating: 0, count: width - columns.count)
                }
            }
        }
    }

    /// Fills each panel from where its image and head begin.
    private init(
        columns: Int, depth: Int, of operand: Operand, heads: Int,
        fill: (_ source: UnsafeRawPointer, _ panel: UnsafeMutableRawPointer, _ columns: Range<Int>) -> Void
    ) {
        let (device, width) = (operand.device, Panels.width)
        let (images, length, features) = (operand.shape[0], operand.shape[1], operand.shape[2])
        let panels = (columns + width - 1) / width
        let precision = device.precision
        let depth = precision.padded(depth)
        let storage = Storage(count: precision.floats(images * heads * panels * depth * width), device: device)
        operand.withBytes { source in
            device.pool.forEach(images * heads * panels) { index, _ in
                let (imageAndHead, position) = index.quotientAndRemainder(dividingBy: panels)
                let (image, head) = imageAndHead.quotientAndRemainder(dividingBy: heads)
                let range = position * width..<min(columns, (position + 1) * width)
                let start = image * length * operand.byteStride + head * (features / heads) * precision.byteCount
                fill(
                    UnsafeRawPointer(source) + start,
                    UnsafeMutableRawPointer(storage.base) + index * depth * width * precision.byteCount, range)
            }
        }
        (self.columns, self.depth, self.panels, self.storage, self.device) = (columns, depth, panels, storage, device)
    }

    /// Where the panels of one image and head lie, while `body` runs.
    func withPanels(_ imageAndHead: Int, _ body: (UnsafeRawPointer) -> Void) {
        withExtendedLifetime(storage) {
            body(
                UnsafeRawPointer(storage.base) + imageAndHead * panels * depth * Panels.width
                    * device.precision.byteCount)
        }
    }

    /// Multiplies a block of rows by the panels of one image and head.
    ///
    ///     left [rows] pointers to `depth` scalars → result [rows, columns], its rows `stride` scalars apart
    func multiply(
        _ imageAndHead: Int, _ left: UnsafeMutablePointer<UnsafeRawPointer?>, rows: Int,
        into result: UnsafeMutablePointer<Float>, stride: Int, gatheringIn scratch: UnsafeMutablePointer<Float>
    ) {
        withPanels(imageAndHead) { panels in
            ck_product(
                left: UnsafePointer(left), rows: rows, taps: 1, run: depth, zeros: nil, panels: panels,
                panel_stride: depth * Panels.width, columns: columns, bias: nil, residual: nil, result: result,
                stride: stride, rounded: nil, softmax: nil
            ).multiply(device, gatheringIn: scratch)
        }
    }
}
