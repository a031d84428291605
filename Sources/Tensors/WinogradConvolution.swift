import CKernels

/// A 3x3 convolution of stride 1 by fewer multiplications.
///
/// Weights are transformed anew for each call, so that a model's weights are held once. What is chosen depends on an
/// image's shape alone (see `ConvolutionAlgorithm`).
struct WinogradConvolution {
    let weights: ConvolutionWeights
    private let tiles: WinogradTiles
    private let device: Device

    /// Nil where another algorithm is asked for, by the caller or else by the table, and where this one does not apply.
    init?(
        of x: Operand, _ weights: ConvolutionWeights, stride: Int, padding: ConvolutionPadding,
        algorithm: ConvolutionAlgorithm?
    ) {
        guard weights.kernel == 3, stride == 1, case .symmetric(1) = padding else { return nil }
        let (height, width) = (x.shape[1], x.shape[2])
        let tuned = ConvolutionAlgorithm.tuned(
            on: x.device, height: height, width: width, inputs: weights.inputs, outputs: weights.outputs)
        guard let side = (algorithm ?? tuned).tileSide else { return nil }
        (self.weights, device) = (weights, x.device)
        tiles = WinogradTiles(
            side: side, height: height, width: width, run: weights.panels.run, channels: weights.outputs, on: x.device)
    }

    /// Runs the convolution on this data.
    ///
    ///     x [N, H, W, C], bias [O], residual [N, H, W, O] → [N, H, W, O]
    func callAsFunction(_ x: Operand, bias: Tensor?, residual: consuming Tensor?) -> Tensor {
        let (precision, other) = (device.precision, weights.device.precision)
        precondition(precision.operand == other.operand, "\(precision) by \(other)")
        let shape = [x.shape[0], tiles.height, tiles.width, weights.outputs]
        return Tensor(shape, on: x.device, adding: consume residual) { result, residual in
            bias.withOptionalPointer { bias in
                let call = Call(bias: bias, residual: residual, result: result)
                isByChunks(images: x.shape[0]) ? chunkByChunk(x, call) : panelByPanel(x, call)
            }
        }
    }

    /// Whether a task is a chunk of tiles, which stays in the second cache while all panels pass by, and not a panel, whose
    /// transformed weights stay there while all tiles do.
    ///
    /// Chunks are the better tasks of large maps, and where weights are few; no scalar depends on it.
    private func isByChunks(images: Int) -> Bool {
        let areEnough = images * tiles.chunkCount >= 2 * device.threadCount
        return tiles.count >= Self.manyTiles || (areEnough && weightCount <= Self.fewWeights)
    }

    private static let manyTiles = 200
    /// In floats, 16 MiB: what two threads have of their own, the last cache holds.
    private static let fewWeights = 4 << 20

    /// How many floats' memory all transformed weights take.
    private var weightCount: Int { panelCount * tiles.weightCount }

    /// What is added to the products, and where they go.
    private struct Call {
        let bias: UnsafePointer<Float>?
        let residual: UnsafePointer<Float>?
        let result: UnsafeMutablePointer<Float>
    }

    private var panelCount: Int { (weights.outputs + Panels.width - 1) / Panels.width }

    /// Transforms all inputs, then each panel's weights, by which one thread multiplies all of them.
    private func panelByPanel(_ x: Operand, _ call: Call) {
        let (images, chunks) = (x.shape[0], tiles.chunkCount)
        let inputs = Storage(count: images * chunks * tiles.inputCount, device: device)
        let scratch = WorkerScratch(floats: tiles.scratchCount + tiles.weightCount, on: device)
        withMaps(of: x) { maps in
            device.pool.forEach(images * chunks) { index, worker in
                let (image, chunk) = index.quotientAndRemainder(dividingBy: chunks)
                let input = inputs.base + index * tiles.inputCount
                transform(maps, image: image, chunk: chunk, into: input, tiles.places(in: scratch[worker]))
            }
        }
        device.pool.forEach(panelCount) { panel, worker in
            let (places, transformed) = (tiles.places(in: scratch[worker]), scratch[worker] + tiles.scratchCount)
            transform(panel, into: transformed)
            for chunk in 0..<chunks {
                tiles.findPixels(chunk, places)
                for image in 0..<images {
                    let input = inputs.base + (image * chunks + chunk) * tiles.inputCount
                    multiply(input, chunk: chunk, image: image, by: transformed, panel: panel, places, call)
                }
            }
        }
    }

    /// Transforms all weights, then each chunk's inputs, which are multiplied by all panels.
    private func chunkByChunk(_ x: Operand, _ call: Call) {
        let chunks = tiles.chunkCount
        // Each thread transforms few weights for itself: lines that another core has written take longer to come by.
        let isShared = weightCount > Self.fewWeights
        let shared = Storage(count: isShared ? weightCount : 0, device: device)
        let own = WorkerScratch(
            floats: tiles.scratchCount + tiles.inputCount + (isShared ? 0 : weightCount), on: device)
        if isShared { device.pool.forEach(panelCount) { panel, _ in transform(panel, intoAll: shared.base) } }
        var isReady = [Bool](repeating: isShared, count: device.threadCount)
        isReady.withUnsafeMutableBufferPointer { isReady in
            nonisolated(unsafe) let isReady = isReady  // each thread's element is its own
            withMaps(of: x) { maps in
                device.pool.forEach(x.shape[0] * chunks) { index, worker in
                    let (image, chunk) = index.quotientAndRemainder(dividingBy: chunks)
                    let (places, input) = (tiles.places(in: own[worker]), own[worker] + tiles.scratchCount)
                    let all = isShared ? shared.base : input + tiles.inputCount
                    if !isReady[worker] {
                        for panel in 0..<panelCount { transform(panel, intoAll: all) }
                        isReady[worker] = true
                    }
                    transform(maps, image: image, chunk: chunk, into: input, places)
                    tiles.findPixels(chunk, places)
                    for panel in 0..<panelCount {
                        let weights = all + panel * tiles.weightCount
                        multiply(input, chunk: chunk, image: image, by: weights, panel: panel, places, call)
                    }
                }
            }
        }
    }

    /// The maps of a batch, one after another, and a pixel of zeros.
    private struct Maps {
        let rows: Operand
        let base: UnsafeRawPointer
        let outside: UnsafeRawPointer
    }

    private func withMaps(of x: Operand, _ body: (Maps) -> Void) {
        let outside = Tensor(repeating: 0, shape: [weights.panels.run], on: x.device)
        x.withBytes { base in
            outside.withPointer { body(Maps(rows: x, base: base, outside: $0)) }
        }
    }

    /// Transforms the tiles of a chunk.
    private func transform(
        _ maps: Maps, image: Int, chunk: Int, into target: UnsafeMutablePointer<Float>, _ places: WinogradTiles.Places
    ) {
        let (level, run, count) = (device.level.cValue, weights.panels.run, tiles[chunk].count)
        let (side, stride) = (tiles.side, tiles.inputStride)
        tiles.locate(chunk, image: image, of: maps.rows, in: maps.base, outside: maps.outside, places)
        let pixels = UnsafePointer(places.pixels)
        switch device.precision {
        case .fp32: ck_winograd_input_f32(level, side, target, stride, pixels, count, run)
        case .bf16, .int8: ck_winograd_input_bf16(level, side, target.halves, stride, pixels, count, run)
        }
    }

    /// Transforms one panel's weights.
    private func transform(_ panel: Int, into target: UnsafeMutablePointer<Float>) {
        let (level, panels) = (device.level.cValue, weights.panels)
        let (side, stride, at) = (tiles.side, tiles.weightStride, panel * panels.stride)
        let base = panels.storage.base
        switch device.precision {
        case .fp32: ck_winograd_weights_f32(level, side, target, stride, base + at, panels.run)
        case .bf16, .int8: ck_winograd_weights_bf16(level, side, target.halves, stride, base.halves + at, panels.run)
        }
    }

    /// Transforms one panel's weights into its place among all.
    private func transform(_ panel: Int, intoAll target: UnsafeMutablePointer<Float>) {
        transform(panel, into: target + panel * tiles.weightCount)
    }

    /// Multiplies a chunk's tiles by one panel, position by position, and transforms the products back.
    private func multiply(
        _ input: UnsafePointer<Float>, chunk: Int, image: Int, by transformed: UnsafePointer<Float>, panel: Int,
        _ places: WinogradTiles.Places, _ call: Call
    ) {
        let (count, run, column) = (tiles[chunk].count, weights.panels.run, panel * Panels.width)
        let (byteCount, input) = (device.precision.byteCount, UnsafeRawPointer(input))
        for position in 0..<tiles.positions {
            let rows = input + position * tiles.inputStride * byteCount
            for tile in 0..<count { places.left[tile] = rows + tile * run * byteCount }
            let product = ck_product(
                left: UnsafePointer(places.left), rows: count, taps: 1, run: run, zeros: nil,
                panels: UnsafeRawPointer(transformed) + position * tiles.weightStride * byteCount,
                panel_stride: tiles.weightStride, columns: Panels.width, bias: nil, residual: nil,
                result: places.products + position * tiles.productStride, stride: Panels.width, rounded: nil,
                softmax: nil)
            product.multiply(device, gatheringIn: places.gathered)
        }
        let at = image * tiles.height * tiles.width * weights.outputs + column
        ck_winograd_output(
            device.level.cValue, tiles.side, call.result + at, call.residual.map { $0 + at },
            call.bias.map { $0 + column }, places.products, tiles.productStride,
            places.offsets, count,
            min(Panels.width, weights.outputs - column))
    }
}

extension UnsafeMutablePointer<Float> {
    /// The same memory as 16-bit scalars.
    fileprivate var halves: UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: UInt16.self)
    }
}
