/// How a product [rows, depth] · [depth, columns] is cut into tasks.
///
/// The cuts depend on the shape of one image's product alone, never on threads or on how many images there are;
/// that is why a result has the same bits whatever the thread count or the batch.
struct ProductTiles {
    /// One task: some rows and some columns of the product.
    struct Tile {
        let rows: Range<Int>
        let columns: Range<Int>
    }

    private let rows: Int
    private let columns: Int
    let rowsPerTile: Int
    private let columnsPerTile: Int
    private let rowTiles: Int
    private let columnTiles: Int

    /// Tiles of at most `maximumRows` rows, and of fewer columns where that leaves too few tasks.
    init(rows: Int, columns: Int, maximumRows: Int = 256) {
        self.rows = rows
        self.columns = columns
        rowTiles = max(1, (rows + maximumRows - 1) / maximumRows)
        rowsPerTile = max(1, (rows + rowTiles - 1) / rowTiles)
        let wanted = max(1, Self.minimumTasks / rowTiles)
        let narrowest = (columns + Self.narrowestColumns - 1) / Self.narrowestColumns
        let groups = max(1, min(wanted, narrowest))
        let width = (columns + groups - 1) / groups
        columnsPerTile = max(1, (width + 15) / 16 * 16)
        columnTiles = (columns + columnsPerTile - 1) / columnsPerTile
    }

    /// Enough tasks that several threads end at about the same time.
    private static let minimumTasks = 8
    /// Narrower products leave the micro-kernels of OpenBLAS half empty.
    private static let narrowestColumns = 64

    var count: Int { rowTiles * columnTiles }

    /// Tiles in an order that keeps those of the same weights together.
    subscript(index: Int) -> Tile {
        let (column, row) = index.quotientAndRemainder(dividingBy: rowTiles)
        let rowStart = min(rows, row * rowsPerTile)
        let columnStart = column * columnsPerTile
        return Tile(
            rows: rowStart..<min(rows, rowStart + rowsPerTile),
            columns: columnStart..<min(columns, columnStart + columnsPerTile))
    }
}
