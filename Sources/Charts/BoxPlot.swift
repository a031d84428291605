package import Images

/// Boxes and whiskers, a row for each system, a panel for each scorer with an axis of its own.
package struct BoxPlot: Sendable {
    /// The values of one scorer, by system; a system may have none.
    package struct Panel: Sendable {
        /// What is measured, with its unit or direction.
        package let title: String
        /// A system's name and values, in the order of the rows.
        package let rows: [(name: String, values: [Double])]

        /// A panel of rows.
        package init(title: String, rows: [(name: String, values: [Double])]) {
            (self.title, self.rows) = (title, rows)
        }
    }

    private let panels: [Panel]

    private static let nameWidth = 150, plotWidth = 560, rowHeight = 34, gap = 12, boxHeight = 18

    /// Panels from top to bottom.
    package init(_ panels: [Panel]) { self.panels = panels }

    /// The plot.
    package var image: Image {
        let (gap, line) = (Self.gap, Typeface.height)
        let heights = panels.map { gap + line + 6 + $0.rows.count * Self.rowHeight + 6 + line }
        var canvas = Canvas(
            width: Self.nameWidth + Self.plotWidth + 4 * gap, height: max(1, heights.reduce(0, +)) + gap)
        var y = 0
        for (panel, height) in zip(panels, heights) {
            draw(panel, on: &canvas, top: y + gap)
            y += height
        }
        return canvas.image
    }

    private func draw(_ panel: Panel, on canvas: inout Canvas, top: Int) {
        let (left, line) = (Self.nameWidth, Typeface.height)
        canvas.write(Typeface.fitted(panel.title, to: Self.plotWidth), x: left, y: top, .ink)
        let axis = Axis(of: panel.rows.flatMap(\.values))
        func x(_ value: Double) -> Double { Double(left) + axis.share(of: value) * Double(Self.plotWidth) }
        let (first, height) = (top + line + 6, panel.rows.count * Self.rowHeight)
        for tick in axis.ticks {
            canvas.fill(x: Int(x(tick)), y: first, width: 1, height: height, .pale)
            canvas.write(axis.text(tick), x: Int(x(tick)), y: first + height + 2, .grey, .center)
        }
        canvas.fill(x: left, y: first + height, width: Self.plotWidth + 1, height: 1, .grey)
        for (index, row) in panel.rows.enumerated() {
            let middle = first + index * Self.rowHeight + Self.rowHeight / 2
            let name = Typeface.fitted(row.name, to: left - 2 * Self.gap)
            canvas.write(name, x: left - Self.gap, y: middle - line / 2, .ink, .right)
            guard !row.values.isEmpty else {
                canvas.write("no values", x: left + 4, y: middle - line / 2, .grey)
                continue
            }
            let color = Color.distinct[index % Color.distinct.count]
            box(Quartiles(of: row.values), on: &canvas, middle: middle, color, x)
        }
    }

    private func box(
        _ quartiles: Quartiles, on canvas: inout Canvas, middle: Int, _ color: Color, _ x: (Double) -> Double
    ) {
        let (low, high) = (Int(x(quartiles.lower)), Int(x(quartiles.upper)))
        let (first, last) = (Int(x(quartiles.whiskers.lowerBound)), Int(x(quartiles.whiskers.upperBound)))
        let top = middle - Self.boxHeight / 2
        canvas.fill(x: first, y: middle, width: last - first + 1, height: 1, .ink)
        for end in [first, last] { canvas.fill(x: end, y: middle - 5, width: 1, height: 11, .ink) }
        canvas.fill(x: low, y: top, width: high - low + 1, height: Self.boxHeight, color.mixed(with: .white, 0.55))
        canvas.frame(x: low, y: top, width: high - low + 1, height: Self.boxHeight, color)
        canvas.fill(
            x: Int(x(quartiles.median)) - 1, y: top, width: 3, height: Self.boxHeight, color.mixed(with: .ink, 0.4))
        for value in quartiles.outliers { canvas.disc(x: x(value), y: Double(middle), radius: 2.5, color) }
    }
}
