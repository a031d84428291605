import CKernels

/// The tiles of 2x2 output pixels of a map, in chunks whose transformed input fits in the second cache.
struct WinogradTiles {
    /// How many positions a transformed tile has.
    static let positions = Int(CK_WINOGRAD_POSITIONS)
    /// Four times the rows of the kernel: the transformed input of 320 channels takes half of the second cache.
    private static let mostTiles = 56

    let height: Int
    let width: Int
    private let run: Int
    private let channels: Int
    private let tilesPerChunk: Int

    /// The tiles of a map whose input rows hold `run` scalars, and whose output rows `channels`.
    init(height: Int, width: Int, run: Int, channels: Int) {
        (self.height, self.width, self.run, self.channels) = (height, width, run, channels)
        let count = (height + 1) / 2 * ((width + 1) / 2)
        let fewest = max(1, (count + Self.mostTiles - 1) / Self.mostTiles)
        tilesPerChunk = (count + fewest - 1) / fewest
    }

    private var tileColumns: Int { (width + 1) / 2 }

    /// How many tiles a map has.
    var count: Int { (height + 1) / 2 * tileColumns }

    /// How many chunks they make.
    var chunkCount: Int { (count + tilesPerChunk - 1) / tilesPerChunk }

    /// The tiles of a chunk.
    subscript(chunk: Int) -> Range<Int> { chunk * tilesPerChunk..<min(count, (chunk + 1) * tilesPerChunk) }

    /// How many scalars the transformed input of a chunk takes.
    var inputCount: Int { Self.positions * tilesPerChunk * run }

    /// How many scalars one position of one panel's transformed weights takes, and how many all of them do.
    var positionStride: Int { run * Panels.width }
    var weightCount: Int { Self.positions * positionStride }

    /// How many floats `Places` take: products, offsets and pointers.
    var scratchCount: Int { (tilesPerChunk * (16 * Panels.width + 2 * (4 + 16 + 1)) + 15) / 16 * 16 }

    /// Where a task keeps what it works on.
    struct Places {
        let products: UnsafeMutablePointer<Float>  // [16, tiles, 32]
        let offsets: UnsafeMutablePointer<Int>  // [4, tiles]
        let pixels: UnsafeMutablePointer<UnsafeRawPointer?>  // [16, tiles]
        let left: UnsafeMutablePointer<UnsafeRawPointer?>  // [tiles]
    }

    func places(in scratch: UnsafeMutablePointer<Float>) -> Places {
        let offsets = UnsafeMutableRawPointer(scratch + 16 * tilesPerChunk * Panels.width)
            .assumingMemoryBound(to: Int.self)
        let pixels = UnsafeMutableRawPointer(offsets + 4 * tilesPerChunk)
            .assumingMemoryBound(to: UnsafeRawPointer?.self)
        return Places(products: scratch, offsets: offsets, pixels: pixels, left: pixels + 16 * tilesPerChunk)
    }

    /// Points at the 16 input pixels of each tile of a chunk.
    func locate(
        _ chunk: Int, in map: UnsafeRawPointer, byteStride: Int, outside: UnsafeRawPointer, _ places: Places
    ) {
        let tiles = self[chunk]
        for (index, tile) in tiles.enumerated() {
            let (tileRow, tileColumn) = tile.quotientAndRemainder(dividingBy: tileColumns)
            for position in 0..<Self.positions {
                let (y, x) = (2 * tileRow + position / 4 - 1, 2 * tileColumn + position % 4 - 1)
                let isInside = y >= 0 && y < height && x >= 0 && x < width
                places.pixels[position * tiles.count + index] = isInside ? map + (y * width + x) * byteStride : outside
            }
        }
    }

    /// Finds the 4 output pixels of each tile of a chunk; -1 for one outside the map.
    func findPixels(_ chunk: Int, _ places: Places) {
        let tiles = self[chunk]
        for (index, tile) in tiles.enumerated() {
            let (tileRow, tileColumn) = tile.quotientAndRemainder(dividingBy: tileColumns)
            for position in 0..<4 {
                let (y, x) = (2 * tileRow + position / 2, 2 * tileColumn + position % 2)
                places.offsets[position * tiles.count + index] =
                    y < height && x < width ? (y * width + x) * channels : -1
            }
        }
    }
}
