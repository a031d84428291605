import CKernels

/// The square tiles of output pixels of a map, in chunks whose transformed input fits in the second cache.
struct WinogradTiles {
    /// How many output pixels a tile has on a side: 2 or 4.
    let side: Int
    let height: Int
    let width: Int
    private let run: Int
    private let channels: Int
    private let device: Device
    private let tilesPerChunk: Int

    /// The tiles of a map whose input rows hold `run` scalars of a device's precision, and whose output rows `channels`.
    init(side: Int, height: Int, width: Int, run: Int, channels: Int, on device: Device) {
        (self.side, self.height, self.width, self.run, self.channels) = (side, height, width, run, channels)
        self.device = device
        let count = Self.quotient(height, side) * Self.quotient(width, side)
        tilesPerChunk = Self.quotient(count, max(1, Self.quotient(count, Self.mostTiles(side: side))))
    }

    private static func quotient(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

    /// Multiples of the 14 rows of the AVX-512 kernels.
    ///
    /// The transformed input of 320 channels takes two thirds of the second cache in bfloat16. Floats take more than all of
    /// it, but half as many tiles, which would not, are multiplied no faster.
    private static func mostTiles(side: Int) -> Int { side == 2 ? 56 : 28 }

    private var tileColumns: Int { Self.quotient(width, side) }

    /// How many positions a transformed tile has.
    var positions: Int { (side + 2) * (side + 2) }

    /// How many tiles a map has.
    var count: Int { Self.quotient(height, side) * tileColumns }

    /// How many chunks they make.
    var chunkCount: Int { (count + tilesPerChunk - 1) / tilesPerChunk }

    /// The tiles of a chunk.
    subscript(chunk: Int) -> Range<Int> { chunk * tilesPerChunk..<min(count, (chunk + 1) * tilesPerChunk) }

    /// How many scalars lie between two positions of a chunk's transformed input, and how many floats' memory all take.
    var inputStride: Int { Self.spaced(tilesPerChunk * run, of: device.precision.byteCount) }
    var inputCount: Int { device.precision.floats(positions * inputStride) }

    /// How many scalars lie between two positions of a panel's transformed weights, and how many floats' memory all take.
    var weightStride: Int { Self.spaced(run * Panels.width, of: device.precision.byteCount) }
    var weightCount: Int { device.precision.floats(positions * weightStride) }

    /// How many floats lie between two positions of a chunk's products.
    var productStride: Int { Self.spaced(tilesPerChunk * Panels.width, of: MemoryLayout<Float>.size) }

    /// An odd number of lines for so many scalars: a transform reads or writes all positions side by side, and lines 4 KiB
    /// apart have the same place in the first cache (see `Operand`).
    private static func spaced(_ count: Int, of byteCount: Int) -> Int {
        let line = 64 / byteCount
        return (quotient(count, line) | 1) * line
    }

    /// How many floats `Places` take: products, offsets, pointers and what a product gathers.
    var scratchCount: Int {
        let pointers = 2 * (side * side + positions + 1)
        let gathered = ck_product.gatheredFloats(rows: tilesPerChunk, run: run, device)
        return Self.quotient(positions * productStride + tilesPerChunk * pointers + gathered, 16) * 16
    }

    /// Where a task keeps what it works on.
    struct Places {
        let products: UnsafeMutablePointer<Float>  // [positions][productStride] of [tiles, 32]
        let offsets: UnsafeMutablePointer<Int>  // [side², tiles]
        let pixels: UnsafeMutablePointer<UnsafeRawPointer?>  // [positions, tiles]
        let left: UnsafeMutablePointer<UnsafeRawPointer?>  // [tiles]
        let gathered: UnsafeMutablePointer<Float>
    }

    func places(in scratch: UnsafeMutablePointer<Float>) -> Places {
        let offsets = UnsafeMutableRawPointer(scratch + positions * productStride)
            .assumingMemoryBound(to: Int.self)
        let pixels = UnsafeMutableRawPointer(offsets + side * side * tilesPerChunk)
            .assumingMemoryBound(to: UnsafeRawPointer?.self)
        let left = pixels + positions * tilesPerChunk
        return Places(
            products: scratch, offsets: offsets, pixels: pixels, left: left,
            gathered: UnsafeMutableRawPointer(left + tilesPerChunk).assumingMemoryBound(to: Float.self))
    }

    /// Points at the input pixels of each tile of a chunk of an image.
    func locate(
        _ chunk: Int, image: Int, of maps: Operand, in map: UnsafeRawPointer, outside: UnsafeRawPointer,
        _ places: Places
    ) {
        let (byteStride, enlargement) = (maps.byteStride, maps.enlargement)
        let tiles = self[chunk]
        for (index, tile) in tiles.enumerated() {
            let (tileRow, tileColumn) = tile.quotientAndRemainder(dividingBy: tileColumns)
            for position in 0..<positions {
                let (row, column) = position.quotientAndRemainder(dividingBy: side + 2)
                let (y, x) = (side * tileRow + row - 1, side * tileColumn + column - 1)
                let isInside = y >= 0 && y < height && x >= 0 && x < width
                let pixel = (image * height + y) * width + x
                places.pixels[position * tiles.count + index] =
                    isInside ? map + (enlargement?[pixel] ?? pixel) * byteStride : outside
            }
        }
    }

    /// Finds the output pixels of each tile of a chunk; -1 for one outside the map.
    func findPixels(_ chunk: Int, _ places: Places) {
        let tiles = self[chunk]
        for (index, tile) in tiles.enumerated() {
            let (tileRow, tileColumn) = tile.quotientAndRemainder(dividingBy: tileColumns)
            for position in 0..<side * side {
                let (row, column) = position.quotientAndRemainder(dividingBy: side)
                let (y, x) = (side * tileRow + row, side * tileColumn + column)
                places.offsets[position * tiles.count + index] =
                    y < height && x < width ? (y * width + x) * channels : -1
            }
        }
    }
}
