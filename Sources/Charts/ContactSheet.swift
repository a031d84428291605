package import Images

/// Pictures in rows and columns, each row and column with its name: systems down, prompts across.
package struct ContactSheet: Sendable {
    /// A picture and the words under it.
    package struct Cell: Sendable {
        /// Of any size; shown at the sheet's.
        package let image: Image
        /// One line, a score say.
        package let caption: String

        /// A picture with its caption.
        package init(image: Image, caption: String) { (self.image, self.caption) = (image, caption) }
    }

    private let rows: [(name: String, cells: [Cell])]
    private let columns: [String]

    /// The most rows and columns that are shown; further ones are left out, and the sheet says how many.
    package static let maximumRowCount = 16, maximumColumnCount = 27
    private static let side = 128, gap = 8, nameWidth = 150, headLineCount = 3

    /// Rows of cells, a column each; a row may be short.
    package init(rows: [(name: String, cells: [Cell])], columns: [String]) {
        (self.rows, self.columns) = (rows, columns)
    }

    /// The sheet.
    package var image: Image {
        let (side, gap) = (Self.side, Self.gap)
        let shownRows = rows.prefix(Self.maximumRowCount)
        let columnCount = min(Self.maximumColumnCount, max(1, rows.map(\.cells.count).max() ?? 1))
        let line = Typeface.height
        let (top, left) = (gap + Self.headLineCount * line, Self.nameWidth)
        let rowHeight = side + line + gap
        let rest = remark(shownRows.count, columnCount)
        var canvas = Canvas(
            width: left + columnCount * (side + gap),
            height: top + shownRows.count * rowHeight + (rest == nil ? 0 : line + gap))
        for (index, name) in columns.prefix(columnCount).enumerated() {
            let lines = Typeface.lines(name, width: side, count: Self.headLineCount)
            for (number, text) in lines.enumerated() {
                let y = top - gap / 2 - (lines.count - number) * line
                canvas.write(text, x: left + index * (side + gap), y: y, .ink)
            }
        }
        for (number, row) in shownRows.enumerated() {
            let y = top + number * rowHeight
            for (index, text) in Typeface.lines(row.name, width: left - 2 * gap, count: 4).enumerated() {
                canvas.write(text, x: gap, y: y + gap + index * line, .ink)
            }
            for (index, cell) in row.cells.prefix(columnCount).enumerated() {
                draw(cell, on: &canvas, x: left + index * (side + gap), y: y)
            }
        }
        if let rest { canvas.write(rest, x: gap, y: canvas.height - line - gap / 2, .grey) }
        return canvas.image
    }

    private func draw(_ cell: Cell, on canvas: inout Canvas, x: Int, y: Int) {
        let longer = max(cell.image.width, cell.image.height)
        let width = max(1, cell.image.width * Self.side / longer)
        let height = max(1, cell.image.height * Self.side / longer)
        canvas.draw(cell.image.resized(width: width, height: height), x: x, y: y)
        canvas.write(Typeface.fitted(cell.caption, to: Self.side), x: x, y: y + Self.side, .grey)
    }

    /// What is not shown, in words.
    private func remark(_ rowCount: Int, _ columnCount: Int) -> String? {
        let left = rows.count - rowCount
        let cut = (rows.map(\.cells.count).max() ?? 0) - columnCount
        guard left > 0 || cut > 0 else { return nil }
        return "Not shown: \(left) rows, \(cut) columns."
    }
}
