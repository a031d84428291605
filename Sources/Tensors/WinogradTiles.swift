import CKernels

/// The square tiles of output pixels of a map, in chunks whose transformed input fits in the second cache.
struct WinogradTiles {
    /// How many output pixels a tile has on a side: 2 or 4.
    let side: Int
    let height: Int
    let width: Int
    private let run: Int
    private let channels: Int
    private let tilesPerChunk: Int

    /// The tiles of a map whose input rows hold `run` scalars, and whose output rows `channels`.
    init(side: Int, height: Int, width: Int, run: Int, channels: Int) {
        (self.side, self.height, self.width, self.run, self.channels) = (side, height, width, run, channels)
        let count = Self.quotient(height, side) * Self.quotient(width, side)
        tilesPerChunk = Self.quotient(count, max(1, Self.quotient(count, Self.mostTiles(side: side))))
    }

    private static func quotient(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

    /// Multiples of the 14 rows of the kernel: the transformed input of 320 channels takes two thirds of the second cache.
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

    /// How many scalars the transformed input of a chunk takes.
    var inputCount: Int { positions * tilesPerChunk * run }

    /// How many scalars one position of one panel's transformed weights takes, and how many all of them do.
    var positionStride: Int { run * Panels.width }
    var weightCount: Int { positions * positionStride }

    /// How many floats `Places` take: products, offsets and pointers.
    var scratchCount: Int {
        Self.quotient(tilesPerChunk * (positions * Panels.width + 2 * (side * side + positions + 1)), 16) * 16
    }

    /// Where a task keeps what it works on.
    struct Places {
        let products: UnsafeMutablePointer<Float>  // [positions, tiles, 32]
        let offsets: UnsafeMutablePointer<Int>  // [side², tiles]
        let pixels: UnsafeMutablePointer<UnsafeRawPointer?>  // [positions, tiles]
        let left: UnsafeMutablePointer<UnsafeRawPointer?>  // [tiles]
    }

    func places(in scratch: UnsafeMutablePointer<Float>) -> Places {
        let offsets = UnsafeMutableRawPointer(scratch + positions * tilesPerChunk * Panels.width)
            .assumingMemoryBound(to: Int.self)
        let pixels = UnsafeMutableRawPointer(offsets + side * side * tilesPerChunk)
            .assumingMemoryBound(to: UnsafeRawPointer?.self)
        return Places(products: scratch, offsets: offsets, pixels: pixels, left: pixels + positions * tilesPerChunk)
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
