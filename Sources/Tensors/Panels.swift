import CKernels

/// The right side of a product, laid out once as the kernels read it.
///
/// Columns lie in panels of 32, so that a tile of the product reads one stretch of memory; a panel holds, for each
/// step of the depth, its 32 columns side by side: single scalars, or pairs of bfloat16. Zeros fill the last panel.
struct Panels: Sendable {
    /// How many columns a panel holds.
    static let width = Int(CK_PANEL_WIDTH)

    /// How many columns there are.
    let columns: Int
    /// How many scalars of a left row a tap multiplies.
    let run: Int
    /// How many taps there are.
    let taps: Int
    /// Whether the scalars are 8-bit integers, each column with its own scale.
    let isQuantized: Bool
    /// Laid out [⌈columns / 32⌉, taps, run / step, 32, step]; where quantized, as `ck_int8.h` says.
    let storage: Storage

    /// The device whose precision the scalars have.
    var device: Device { storage.device }

    /// Scalars from the beginning of one panel to that of the next.
    var stride: Int { isQuantized ? Self.quantizedStride(run: run) : taps * run * Self.width }

    /// How many bytes a scalar takes.
    var byteCount: Int { isQuantized ? 1 : device.precision.byteCount }

    /// Panels of 8-bit integers, which are written already.
    init(columns: Int, run: Int, quantized storage: Storage) {
        (self.columns, self.run, taps, isQuantized, self.storage) = (columns, run, 1, true, storage)
    }

    /// Lays out a checkpoint's weight, one column of the product a row: kernel positions ("taps") innermost.
    ///
    ///     weight [columns, inputs, taps] → depth = taps · inputs
    init(_ weight: Tensor, taps: Int = 1, on device: Device) {
        self = weight.withPointer { Panels(weight.shape, taps: taps, of: $0, .float32, on: device) }
    }

    /// Lays out a weight of a file, which is never held as a whole in another form.
    init(_ weight: StoredTensor, taps: Int = 1, on device: Device) {
        self = weight.withBytes { Panels(weight.shape, taps: taps, of: $0.baseAddress, weight.type, on: device) }
        weight.forget(by: device.pool)
    }

    /// Lays out scalars of some type.
    private init(_ shape: [Int], taps: Int, of scalars: UnsafeRawPointer?, _ type: ScalarType, on device: Device) {
        let (precision, columns) = (device.precision, shape[0])
        let depth = shape.dropFirst().reduce(1, *)
        self.columns = columns
        self.taps = taps
        isQuantized = false
        run = precision.padded(depth / taps)
        let count = (columns + Self.width - 1) / Self.width
        let byteStride = taps * run * Self.width * precision.byteCount
        storage = Storage(count: count * byteStride / MemoryLayout<Float>.size, device: device, for: .weights)
        let base = UnsafeMutableRawPointer(storage.base)
        device.pool.forEach(count) { index, _ in
            let (first, panel) = (index * Self.width, base + index * byteStride)
            Arena.populate(panel, byteCount: byteStride)
            Self.fill(
                panel, from: scalars.map { $0 + first * depth * type.byteCount }, type,
                columns: min(Self.width, columns - first), inputs: depth / taps, taps: taps, device)
        }
    }

    /// A panel from its columns' weights.
    ///
    ///     source [columns, inputs, taps] → panel
    private static func fill(
        _ panel: UnsafeMutableRawPointer, from source: UnsafeRawPointer?, _ type: ScalarType, columns: Int, inputs: Int,
        taps: Int, _ device: Device
    ) {
        let level = device.level.cValue
        switch device.precision {
        case .fp32:
            ck_pack_f32(
                level, type.cValue, panel.assumingMemoryBound(to: Float.self), source, inputs * taps, columns, inputs,
                taps)
        case .bf16, .int8:
            ck_pack_bf16(
                level, type.cValue, panel.assumingMemoryBound(to: UInt16.self), source, inputs * taps, columns, inputs,
                taps)
        }
    }
}
