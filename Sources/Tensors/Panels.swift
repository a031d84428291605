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

    /// Gives some scalars of a weight as floats.
    typealias Read = (_ scalars: Range<Int>, _ floats: UnsafeMutablePointer<Float>) -> Void

    /// Panels that are written already.
    init(columns: Int, run: Int, quantized storage: Storage) {
        (self.columns, self.run, taps, isQuantized, self.storage) = (columns, run, 1, true, storage)
    }

    /// Lays out a checkpoint's weight, one column of the product a row: kernel positions ("taps") innermost.
    ///
    ///     weight [columns, inputs, taps] → depth = taps · inputs
    init(_ weight: Tensor, taps: Int = 1, on device: Device) {
        let columns = weight.shape[0]
        self = weight.withPointer { source in
            Panels(columns: columns, inputs: weight.count / max(1, columns * taps), taps: taps, on: device) {
                $1.update(from: source + $0.lowerBound, count: $0.count)
            }
        }
    }

    /// Lays out a weight of a file, which is never held as a whole in another form.
    init(_ weight: StoredTensor, taps: Int = 1, on device: Device) {
        let columns = weight.shape[0]
        self.init(columns: columns, inputs: weight.count / max(1, columns * taps), taps: taps, on: device) {
            weight.read($0, into: $1, device.level)
        }
        weight.forget()
    }

    /// Lays out a weight [columns, inputs, taps] whose scalars `read` gives range by range.
    private init(columns: Int, inputs: Int, taps: Int, on device: Device, read: Read) {
        let precision = device.precision
        self.columns = columns
        self.taps = taps
        isQuantized = false
        run = precision.padded(inputs)
        let count = (columns + Self.width - 1) / Self.width
        let stride = taps * run * Self.width
        storage = Storage(count: precision.floats(count * stride), device: device)
        // Some inputs at a time: what is read and what is written stay in the first cache.
        let band = precision.padded(max(1, Self.bandFloats / taps))
        let scratch = WorkerScratch(floats: Self.width * band * taps, on: device)
        let base = UnsafeMutableRawPointer(storage.base)
        device.pool.forEach(count) { panel, worker in
            let columns = panel * Self.width..<min(columns, (panel + 1) * Self.width)
            let target = base + panel * stride * precision.byteCount
            for start in Swift.stride(from: 0, to: inputs, by: band) {
                let inputsRead = start..<min(inputs, start + band)
                for (index, column) in columns.enumerated() {
                    let first = column * inputs * taps
                    read(
                        first + inputsRead.lowerBound * taps..<first + inputsRead.upperBound * taps,
                        scratch[worker] + index * band * taps)
                }
                Self.fill(
                    target, run: run, from: scratch[worker], band: band, columns: columns.count, inputs: inputsRead,
                    taps: taps, device)
            }
        }
    }

    private static let bandFloats = 144

    /// Some inputs of a panel from its columns' weights.
    ///
    ///     source [columns][band · taps], of which inputs · taps are there
    private static func fill(
        _ panel: UnsafeMutableRawPointer, run: Int, from source: UnsafePointer<Float>, band: Int, columns: Int,
        inputs: Range<Int>, taps: Int, _ device: Device
    ) {
        let tapStride = run * width
        switch device.precision {
        case .fp32:
            ck_pack_f32(
                panel.assumingMemoryBound(to: Float.self) + inputs.lowerBound * width, tapStride, source, band * taps,
                columns, inputs.count, taps)
        case .bf16, .int8:
            ck_pack_bf16(
                device.level.cValue, panel.assumingMemoryBound(to: UInt16.self) + inputs.lowerBound * width, tapStride,
                source, band * taps, columns, inputs.count, taps)
        }
    }
}
