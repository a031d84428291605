import CKernels

/// A 3x3 convolution of stride 1 by fewer multiplications: F(2x2, 3x3), in bfloat16.
///
/// Weights are transformed anew for each call, a twentieth of the work or less where this is chosen, so that a model's
/// weights are held once. What is chosen depends on an image's shape alone (see `ConvolutionTable`).
struct WinogradConvolution {
    private let weights: ConvolutionWeights
    private let height: Int
    private let width: Int

    /// Nil where the table says that plain products are faster, and where they are not implemented.
    init?(of x: Operand, _ weights: ConvolutionWeights, stride: Int, padding: ConvolutionPadding) {
        guard x.device.precision == .bf16, weights.kernel == 3, stride == 1, case .symmetric(1) = padding else {
            return nil
        }
        (height, width) = (x.shape[1], x.shape[2])
        guard
            ConvolutionTable.prefersWinograd(
                height: height, width: width, inputs: weights.inputs, outputs: weights.outputs)
        else { return nil }
        self.weights = weights
    }

    private var panelCount: Int { (weights.outputs + Panels.width - 1) / Panels.width }
    private var run: Int { weights.panels.run }
    /// Scalars of one position of one panel.
    private var positionStride: Int { run * Panels.width }
    private var tileRows: Int { (height + 1) / 2 }
    private var tileColumns: Int { (width + 1) / 2 }
    private static let positions = Int(CK_WINOGRAD_POSITIONS)

    /// The convolution.
    ///
    ///     x [N, H, W, C], bias [O], residual [N, H, W, O] → [N, H, W, O]
    func callAsFunction(_ x: Operand, bias: Tensor?, residual: Tensor?) -> Tensor {
        let device = x.device
        let transformed = transformedWeights(device)
        let chunks = Chunks(tiles: tileRows * tileColumns, run: run, panels: panelCount)
        var result = Tensor(uninitialized: [x.shape[0], height, width, weights.outputs], on: device)
        let outside = Tensor(repeating: 0, shape: [run], on: device)
        let scratch = WorkerScratch(floats: chunks.scratchCount, on: device)
        x.withBytes { map in
            outside.withPointer { outside in
                bias.withOptionalPointer { bias in
                    residual.withOptionalPointer { residual in
                        result.withMutablePointer { result in
                            device.pool.forEach(x.shape[0] * chunks.count) { index, worker in
                                let (image, position) = index.quotientAndRemainder(dividingBy: chunks.count)
                                let chunk = chunks[position]
                                let places = Places(scratch[worker], chunks)
                                locate(
                                    chunk.tiles, in: UnsafeRawPointer(map) + image * height * width * x.byteStride,
                                    byteStride: x.byteStride, outside: outside, places)
                                ck_winograd_input(
                                    device.level.cValue, places.input, UnsafePointer(places.pixels), chunk.tiles.count,
                                    run)
                                let pixels = image * height * width * weights.outputs
                                multiply(
                                    chunk, by: transformed, places, device, bias: bias,
                                    residual: residual.map { $0 + pixels }, into: result + pixels)
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// Points at the 16 input pixels of each tile, and finds its 4 output pixels.
    private func locate(
        _ tiles: Range<Int>, in map: UnsafeRawPointer, byteStride: Int, outside: UnsafeRawPointer, _ places: Places
    ) {
        for (index, tile) in tiles.enumerated() {
            let (tileRow, tileColumn) = tile.quotientAndRemainder(dividingBy: tileColumns)
            for position in 0..<Self.positions {
                let (y, x) = (2 * tileRow + position / 4 - 1, 2 * tileColumn + position % 4 - 1)
                let isInside = y >= 0 && y < height && x >= 0 && x < width
                places.pixels[position * tiles.count + index] = isInside ? map + (y * width + x) * byteStride : outside
            }
            for position in 0..<4 {
                let (y, x) = (2 * tileRow + position / 2, 2 * tileColumn + position % 2)
                places.offsets[position * tiles.count + index] =
                    y < height && x < width ? (y * width + x) * weights.outputs : -1
            }
        }
    }

    /// Multiplies a chunk's tiles by some panels, panel by panel and position by position, and transforms back.
    private func multiply(
        _ chunk: Chunks.Chunk, by transformed: Storage, _ places: Places, _ device: Device,
        bias: UnsafePointer<Float>?, residual: UnsafePointer<Float>?, into result: UnsafeMutablePointer<Float>
    ) {
        let count = chunk.tiles.count
        let base = UnsafeMutableRawPointer(transformed.base).assumingMemoryBound(to: UInt16.self)
        for panel in chunk.panels {
            for position in 0..<Self.positions {
                for tile in 0..<count {
                    places.left[tile] = UnsafeRawPointer(places.input + (position * count + tile) * run)
                }
                var product = ck_product(
                    left: UnsafePointer(places.left), rows: count, taps: 1, run: run, zeros: nil,
                    panels: base + (panel * Self.positions + position) * positionStride,
                    panel_stride: positionStride, columns: Panels.width, bias: nil, residual: nil,
                    result: places.products + position * count * Panels.width, stride: Panels.width)
                ck_multiply_bf16(device.level.cValue, &product)
            }
            let column = panel * Panels.width
            for position in 0..<4 * count where places.offsets[position] >= 0 {
                places.panelOffsets[position] = places.offsets[position] + column
            }
            ck_winograd_output(
                device.level.cValue, result, residual, bias.map { $0 + column }, places.products, places.panelOffsets,
                count, min(Panels.width, weights.outputs - column))
        }
    }

    /// The weights of all panels, transformed.
    ///
    ///     → [panels, 16, run / 2, 32, 2]
    private func transformedWeights(_ device: Device) -> Storage {
        let stride = Self.positions * positionStride
        let storage = Storage(count: device.precision.floats(panelCount * stride), device: device)
        let target = UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: UInt16.self)
        let panels = weights.panels
        let source = UnsafeMutableRawPointer(panels.storage.base).assumingMemoryBound(to: UInt16.self)
        device.pool.forEach(panelCount) { panel, _ in
            ck_winograd_weights(
                device.level.cValue, target + panel * stride, positionStride, source + panel * panels.stride, run)
        }
        return storage
    }
}

extension WinogradConvolution {
    /// How an image's tiles and a layer's panels are cut into tasks, by their counts alone.
    fileprivate struct Chunks {
        /// One task.
        struct Chunk {
            let tiles: Range<Int>
            let panels: Range<Int>
        }

        let tilesPerChunk: Int
        let run: Int
        private let tiles: Int
        private let panels: Int
        private let panelsPerChunk: Int
        private let panelChunks: Int

        /// Four times the rows of the kernel: the transformed input of 320 channels takes half of the second cache.
        private static let mostTiles = 56
        /// With as many, two or four threads end at about the same time.
        private static let enoughTasks = 16

        init(tiles: Int, run: Int, panels: Int) {
            (self.tiles, self.run, self.panels) = (tiles, run, panels)
            let fewest = (tiles + Self.mostTiles - 1) / Self.mostTiles
            tilesPerChunk = (tiles + fewest - 1) / fewest
            panelsPerChunk = max(1, panels / max(1, Self.enoughTasks / fewest))
            panelChunks = (panels + panelsPerChunk - 1) / panelsPerChunk
        }

        var count: Int { (tiles + tilesPerChunk - 1) / tilesPerChunk * panelChunks }

        subscript(index: Int) -> Chunk {
            let (tile, panel) = index.quotientAndRemainder(dividingBy: panelChunks)
            return Chunk(
                tiles: tile * tilesPerChunk..<min(tiles, (tile + 1) * tilesPerChunk),
                panels: panel * panelsPerChunk..<min(panels, (panel + 1) * panelsPerChunk))
        }

        /// Floats of scratch memory: pointers, offsets, transformed input and products.
        var scratchCount: Int {
            tilesPerChunk * (2 * (16 + 1) + 2 * (4 + 4) + 16 * run / 2 + 16 * Panels.width) + 64
        }
    }

    /// Where a task keeps what it works on.
    fileprivate struct Places {
        let pixels: UnsafeMutablePointer<UnsafeRawPointer?>  // [16, tiles]
        let left: UnsafeMutablePointer<UnsafeRawPointer?>  // [tiles]
        let offsets: UnsafeMutablePointer<Int>  // [4, tiles]
        let panelOffsets: UnsafeMutablePointer<Int>  // [4, tiles]
        let products: UnsafeMutablePointer<Float>  // [16, tiles, 32]
        let input: UnsafeMutablePointer<UInt16>  // [16, tiles, run]

        init(_ scratch: UnsafeMutablePointer<Float>, _ chunks: Chunks) {
            let tiles = chunks.tilesPerChunk
            products = scratch
            let rest = UnsafeMutableRawPointer(scratch + 16 * tiles * Panels.width)
            input = rest.assumingMemoryBound(to: UInt16.self)
            let pointers = (rest + 32 * tiles * chunks.run).alignedUp(toMultipleOf: 8)
            pixels = pointers.assumingMemoryBound(to: UnsafeRawPointer?.self)
            left = pixels + 16 * tiles
            offsets = UnsafeMutableRawPointer(left + tiles).assumingMemoryBound(to: Int.self)
            panelOffsets = offsets + 4 * tiles
            panelOffsets.update(repeating: -1, count: 4 * tiles)
        }
    }
}
