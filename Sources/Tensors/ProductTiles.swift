/// How a product [rows, depth] · [depth, columns] is cut into tasks, by its extents alone.
struct ProductTiles {
    /// One task: some rows and some columns of the product.
    struct Tile {
        let rows: Range<Int>
        let columns: Range<Int>
    }

    /// The most rows of a tile.
    let rowsPerTile: Int
    /// The most columns of a tile, a multiple of a panel's width.
    let columnsPerTile: Int
    private let rows: Int
    private let columns: Int
    private let rowTiles: Int
    private let columnTiles: Int

    init(rows: Int, columns: Int, depth: Int) {
        self.rows = rows
        self.columns = columns
        let fewest = (rows + Self.mostRows - 1) / Self.mostRows
        let even = fewest == 0 ? 0 : (rows + fewest - 1) / fewest
        rowsPerTile = min(rows, (even + Self.kernelRows - 1) / Self.kernelRows * Self.kernelRows)
        rowTiles = rows == 0 ? 0 : (rows + rowsPerTile - 1) / rowsPerTile
        let panels = (columns + Panels.width - 1) / Panels.width
        let cached = max(1, Self.mostWeights / max(1, depth * Panels.width))
        let shared = max(1, panels * max(1, rowTiles) / Self.enoughTasks)
        let panelsPerTile = min(panels, cached, shared)
        columnsPerTile = max(1, panelsPerTile) * Panels.width
        columnTiles = (columns + columnsPerTile - 1) / columnsPerTile
    }

    /// The rows of the AVX-512 kernels.
    private static let kernelRows = 14
    /// Enough to read weights from the second cache most times.
    private static let mostRows = 8 * kernelRows
    /// 4 MiB: weights that stay in the last cache while all rows pass by.
    private static let mostWeights = 1 << 20
    /// With as many, threads end at about the same time: with half as many a step at 64 px takes 1.5 % longer.
    private static let enoughTasks = 64

    var count: Int { rowTiles * columnTiles }

    /// Tiles in an order that keeps those of the same weights together.
    subscript(index: Int) -> Tile {
        let (column, row) = index.quotientAndRemainder(dividingBy: rowTiles)
        let (rowStart, columnStart) = (row * rowsPerTile, column * columnsPerTile)
        return Tile(
            rows: rowStart..<min(rows, rowStart + rowsPerTile),
            columns: columnStart..<min(columns, columnStart + columnsPerTile))
    }
}
