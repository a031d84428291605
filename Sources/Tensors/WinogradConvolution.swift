import CKernels

/// A 3x3 convolution of stride 1 by fewer multiplications, in bfloat16.
///
/// Weights are transformed anew for each call, so that a model's weights are held once. What is chosen depends on an
/// image's shape alone (see `ConvolutionAlgorithm`).
struct WinogradConvolution {
    let weights: ConvolutionWeights
    private let tiles: WinogradTiles

    /// Nil where another algorithm is asked for, by the caller or else by the table, and where this one does not apply.
    init?(
        of x: Operand, _ weights: ConvolutionWeights, stride: Int, padding: ConvolutionPadding,
        algorithm: ConvolutionAlgorithm?
    ) {
        guard x.device.precision != .fp32, weights.kernel == 3, stride == 1, case .symmetric(1) = padding else {
            return nil
        }
        let (height, width) = (x.shape[1], x.shape[2])
        let tuned = ConvolutionAlgorithm.tuned(
            height: height, width: width, inputs: weights.inputs, outputs: weights.outputs)
        guard let side = (algorithm ?? tuned).tileSide else { return nil }
        self.weights = weights
        tiles = WinogradTiles(
            side: side, height: height, width: width, run: weights.panels.run, channels: weights.outputs)
    }

    /// Runs the convolution on this data.
    ///
    ///     x [N, H, W, C], bias [O], residual [N, H, W, O] → [N, H, W, O]
    func callAsFunction(_ x: Operand, bias: Tensor?, residual: Tensor?) -> Tensor {
        precondition(weights.panels.device.precision != .fp32, "bf16 by \(weights.panels.device.precision)")
        let shape = [x.shape[0], tiles.height, tiles.width, weights.outputs]
        var result = Tensor(uninitialized: shape, on: x.device)
        bias.withOptionalPointer { bias in
            residual.withOptionalPointer { residual in
                result.withMutablePointer { result in
                    let call = Call(bias: bias, residual: residual, result: result)
                    // Of a small map all tiles are transformed before the first panel's weights are, and these are used
                    // while they are in the second cache. Of a large one a task's tiles stay there instead.
                    tiles.count < Self.fewTiles ? panelByPanel(x, call) : chunkByChunk(x, call)
                }
            }
        }
        return result
    }

    private static let fewTiles = 200

    /// What is added to the products, and where they go.
    private struct Call {
        let bias: UnsafePointer<Float>?
        let residual: UnsafePointer<Float>?
        let result: UnsafeMutablePointer<Float>
    }

    private var panelCount: Int { (weights.outputs + Panels.width - 1) / Panels.width }

    private func panelByPanel(_ x: Operand, _ call: Call) {
        let (device, images, chunks) = (x.device, x.shape[0], tiles.chunkCount)
        let inputs = Scratch(scalars: images * chunks * tiles.inputCount, on: device)
        transformInputs(x) { image, chunk, _ in
            inputs.base + (image * chunks + chunk) * tiles.inputCount
        } then: {
            _, _, _, _, _ in
        }
        let scratch = WorkerScratch(floats: tiles.scratchCount + tiles.weightCount / 2, on: device)
        device.pool.forEach(panelCount) { panel, worker in
            let transformed = scratch.halves(worker) + 2 * tiles.scratchCount
            transform(panel, into: transformed, device)
            for chunk in 0..<chunks {
                let places = tiles.places(in: scratch[worker])
                tiles.findPixels(chunk, places)
                for image in 0..<images {
                    let input = inputs.base + (image * chunks + chunk) * tiles.inputCount
                    multiply(input, chunk: chunk, image: image, by: transformed, panel: panel, places, device, call)
                }
            }
        }
    }

    private func chunkByChunk(_ x: Operand, _ call: Call) {
        let device = x.device
        let count = panelCount * tiles.weightCount
        // Each thread transforms few weights for itself: lines that another core has written take longer to come by.
        let isShared = count > Self.fewWeights
        let own = WorkerScratch(floats: (tiles.inputCount + (isShared ? 0 : count)) / 2, on: device)
        let shared = Scratch(scalars: isShared ? count : 0, on: device)
        if isShared { device.pool.forEach(panelCount) { panel, _ in transform(panel, intoAll: shared.base, device) } }
        var isReady = [Bool](repeating: isShared, count: device.threadCount)
        isReady.withUnsafeMutableBufferPointer { isReady in
            nonisolated(unsafe) let isReady = isReady  // each thread's element is its own
            transformInputs(x) { _, _, worker in
                own.halves(worker)
            } then: { image, chunk, input, places, worker in
                let all = isShared ? shared.base : own.halves(worker) + tiles.inputCount
                if !isReady[worker] {
                    for panel in 0..<panelCount { transform(panel, intoAll: all, device) }
                    isReady[worker] = true
                }
                tiles.findPixels(chunk, places)
                for panel in 0..<panelCount {
                    let weights = all + panel * tiles.weightCount
                    multiply(input, chunk: chunk, image: image, by: weights, panel: panel, places, device, call)
                }
            }
        }
    }

    /// 16 MiB in bfloat16: what two threads have of their own, the last cache holds.
    private static let fewWeights = 8 << 20

    /// Memory for bfloat16 from the device's arena.
    private struct Scratch {
        private let storage: Storage

        init(scalars count: Int, on device: Device) { storage = Storage(count: (count + 1) / 2, device: device) }

        var base: UnsafeMutablePointer<UInt16> {
            UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: UInt16.self)
        }
    }

    /// Transforms the tiles of each chunk of each image into where `place` says, and goes on with them there.
    private func transformInputs(
        _ x: Operand, into place: (_ image: Int, _ chunk: Int, _ worker: Int) -> UnsafeMutablePointer<UInt16>,
        then body: (
            _ image: Int, _ chunk: Int, _ input: UnsafePointer<UInt16>, _ places: WinogradTiles.Places, _ worker: Int
        ) -> Void
    ) {
        let (device, chunks) = (x.device, tiles.chunkCount)
        let outside = Tensor(repeating: 0, shape: [weights.panels.run], on: device)
        let scratch = WorkerScratch(floats: tiles.scratchCount, on: device)
        x.withBytes { map in
            outside.withPointer { outside in
                device.pool.forEach(x.shape[0] * chunks) { index, worker in
                    let (image, chunk) = index.quotientAndRemainder(dividingBy: chunks)
                    let places = tiles.places(in: scratch[worker])
                    let input = place(image, chunk, worker)
                    tiles.locate(chunk, image: image, of: x, in: map, outside: outside, places)
                    ck_winograd_input(
                        device.level.cValue, tiles.side, input, UnsafePointer(places.pixels), tiles[chunk].count,
                        weights.panels.run)
                    body(image, chunk, UnsafePointer(input), places, worker)
                }
            }
        }
    }

    /// Transforms one panel's weights.
    private func transform(_ panel: Int, into target: UnsafeMutablePointer<UInt16>, _ device: Device) {
        let panels = weights.panels
        let source = UnsafeMutableRawPointer(panels.storage.base).assumingMemoryBound(to: UInt16.self)
        ck_winograd_weights(
            device.level.cValue, tiles.side, target, tiles.positionStride, source + panel * panels.stride, panels.run)
    }

    /// Transforms one panel's weights into its place among all.
    private func transform(_ panel: Int, intoAll target: UnsafeMutablePointer<UInt16>, _ device: Device) {
        transform(panel, into: target + panel * tiles.weightCount, device)
    }

    /// Multiplies a chunk's tiles by one panel, position by position, and transforms the products back.
    private func multiply(
        _ input: UnsafePointer<UInt16>, chunk: Int, image: Int, by transformed: UnsafePointer<UInt16>, panel: Int,
        _ places: WinogradTiles.Places, _ device: Device, _ call: Call
    ) {
        let (count, run, column) = (tiles[chunk].count, weights.panels.run, panel * Panels.width)
        for position in 0..<tiles.positions {
            for tile in 0..<count { places.left[tile] = UnsafeRawPointer(input + (position * count + tile) * run) }
            var product = ck_product(
                left: UnsafePointer(places.left), rows: count, taps: 1, run: run, zeros: nil,
                panels: transformed + position * tiles.positionStride, panel_stride: tiles.positionStride,
                columns: Panels.width, bias: nil, residual: nil,
                result: places.products + position * count * Panels.width, stride: Panels.width,
                rounded: nil)
            ck_multiply_bf16(device.level.cValue, &product)
        }
        let at = image * tiles.height * tiles.width * weights.outputs + column
        ck_winograd_output(
            device.level.cValue, tiles.side, call.result + at, call.residual.map { $0 + at },
            call.bias.map { $0 + column }, places.products, places.offsets, count,
            min(Panels.width, weights.outputs - column))
    }
}
