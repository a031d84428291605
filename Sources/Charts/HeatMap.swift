package import Images

/// A table of shares in 0...1 as colours and numbers: styles down, systems across.
package struct HeatMap: Sendable {
    private let title: String
    private let rows: [String]
    private let columns: [(name: String, values: [Double])]

    private static let nameWidth = 190, cellWidth = 110, cellHeight = 24, gap = 12

    /// Columns of as many shares as there are rows.
    package init(title: String, rows: [String], columns: [(name: String, values: [Double])]) {
        precondition(columns.allSatisfy { $0.values.count == rows.count }, "columns of other lengths")
        (self.title, self.rows, self.columns) = (title, rows, columns)
    }

    /// The map; the darkest cell is 0, the lightest the largest share.
    package var image: Image {
        let (gap, line, left) = (Self.gap, Typeface.height, Self.nameWidth)
        let top = gap + 3 * line + 8
        let width = max(left + columns.count * Self.cellWidth, left + 300) + gap
        var canvas = Canvas(width: width, height: top + rows.count * Self.cellHeight + gap)
        canvas.write(Typeface.fitted(title, to: width - 2 * gap), x: gap, y: gap, .ink)
        let largest = max(columns.flatMap(\.values).max() ?? 1, 1e-9)
        for (index, row) in rows.enumerated() {
            let y = top + index * Self.cellHeight + (Self.cellHeight - line) / 2
            canvas.write(Typeface.fitted(row, to: left - 2 * gap), x: left - gap, y: y, .ink, .right)
        }
        for (column, (name, values)) in columns.enumerated() {
            let x = left + column * Self.cellWidth
            let lines = Typeface.lines(name, width: Self.cellWidth - 6, count: 2)
            for (index, text) in lines.enumerated() {
                let y = top - 4 - (lines.count - index) * line
                canvas.write(text, x: x + Self.cellWidth / 2, y: y, .ink, .center)
            }
            for (row, value) in values.enumerated() {
                let (y, color) = (top + row * Self.cellHeight, Color.viridis(value / largest))
                canvas.fill(x: x, y: y, width: Self.cellWidth - 1, height: Self.cellHeight - 1, color)
                canvas.write(
                    Number.text(value, digits: 3), x: x + Self.cellWidth / 2,
                    y: y + (Self.cellHeight - line) / 2, color.lightness > 0.5 ? .ink : .white, .center)
            }
        }
        return canvas.image
    }
}
