/// Rows cut into tiles of about the same work, by their extents alone.
struct Tiling {
    /// How many rows are cut.
    let rows: Int
    private let rowsPerTile: Int

    /// Cuts `rows` rows of `width` scalars.
    init(rows: Int, width: Int) {
        // 64 KiB of floats: some microseconds of work, which outweigh waking a thread.
        let scalarsPerTile = 16384
        self.rows = rows
        rowsPerTile = max(1, scalarsPerTile / max(1, width))
    }

    /// How many tiles there are.
    var count: Int { (rows + rowsPerTile - 1) / rowsPerTile }

    /// The rows of a tile.
    subscript(index: Int) -> Range<Int> {
        index * rowsPerTile..<min(rows, (index + 1) * rowsPerTile)
    }
}
