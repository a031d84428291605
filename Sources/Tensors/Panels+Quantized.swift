import CKernels

extension Panels {
    /// Whether linear layers of so many inputs multiply integers on a device.
    ///
    /// Where there are few inputs, rounding the rows costs what the faster products save.
    static func quantizes(inputs: Int, on device: Device) -> Bool {
        device.precision == .int8 && (fewestInputs...Int(CK_INT8_INPUTS)).contains(inputs)
    }

    private static let fewestInputs = 128

    /// How many bytes of a row are multiplied.
    static func quantizedRun(_ inputs: Int) -> Int {
        let step = Int(CK_INT8_STEP)
        return (inputs + step - 1) / step * step
    }

    /// Bytes from the beginning of one panel to that of the next.
    static func quantizedStride(run: Int) -> Int { Int(CK_INT8_HEADER) + run * width }

    /// Lays out a linear layer's weight [columns, inputs].
    init(linear weight: Tensor, on device: Device) {
        let (columns, inputs) = (weight.shape[0], weight.shape[1])
        guard Self.quantizes(inputs: inputs, on: device) else {
            self.init(weight, on: device)
            return
        }
        self = weight.withPointer { source in
            Panels(quantizing: columns, inputs: inputs, on: device) {
                $1.update(from: source + $0.lowerBound, count: $0.count)
            }
        }
    }

    /// Lays out a linear layer's weight [columns, inputs] of a file, which is never held as a whole in another form.
    init(linear weight: StoredTensor, on device: Device) {
        let (columns, inputs) = (weight.shape[0], weight.shape[1])
        guard Self.quantizes(inputs: inputs, on: device) else {
            self.init(weight, on: device)
            return
        }
        self.init(quantizing: columns, inputs: inputs, on: device) { weight.read($0, into: $1, device.level) }
        weight.forget(by: device.pool)
    }

    /// Gives some scalars of a weight as floats.
    private typealias Read = (_ scalars: Range<Int>, _ floats: UnsafeMutablePointer<Float>) -> Void

    /// Rounds a weight, a column at a time, each to a scale of its own.
    private init(quantizing columns: Int, inputs: Int, on device: Device, read: Read) {
        let run = Self.quantizedRun(inputs)
        let (stride, count) = (Self.quantizedStride(run: run), (columns + Self.width - 1) / Self.width)
        let storage = Storage(count: count * stride / MemoryLayout<Float>.size, device: device, for: .weights)
        let base = UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: UInt8.self)
        let scratch = WorkerScratch(floats: inputs, on: device)
        device.pool.forEach(count) { index, worker in
            let (panel, first) = (base + index * stride, index * Self.width)
            if columns - first < Self.width { panel.update(repeating: 0, count: stride) }
            for column in first..<min(columns, first + Self.width) {
                read(column * inputs..<(column + 1) * inputs, scratch[worker])
                ck_pack_int8(panel, column - first, scratch[worker], inputs)
            }
        }
        self.init(columns: columns, run: run, quantized: storage)
    }
}
