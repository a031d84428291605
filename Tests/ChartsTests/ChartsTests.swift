import Charts
import Images
import Testing

@Suite struct ChartsTests {
    private static let red = Image(
        width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 12).enumerated().map { $0.offset % 3 == 0 ? 200 : 0 })

    @Test func clipsWhatLiesBeyondTheCanvas() {
        var canvas = Canvas(width: 4, height: 3)
        canvas.fill(x: -5, y: 1, width: 7, height: 9, .ink)
        canvas.draw(Self.red, x: 3, y: -1)
        canvas.write("W", x: 100, y: -100, .ink)
        canvas.disc(x: -1, y: -1, radius: 0.4, .ink)
        #expect(pixel(canvas.image, 0, 0) == [255, 255, 255])
        #expect(pixel(canvas.image, 1, 2) == [34, 34, 34])
        #expect(pixel(canvas.image, 2, 2) == [255, 255, 255])
        #expect(pixel(canvas.image, 3, 0) == [200, 0, 0])
    }

    @Test func writesInkAndABoxForWhatHasNoLetter() {
        func inked(_ text: String) -> Int {
            var canvas = Canvas(width: 60, height: 20)
            canvas.write(text, x: 2, y: 1, .ink)
            return canvas.image.pixels.count { $0 < 128 }
        }
        #expect(inked(" ") == 0)
        #expect(inked("W") > inked("."))
        #expect(inked("é") > 0 && inked("é") == inked("狐"))
    }

    @Test func alignsText() {
        func columns(_ alignment: Canvas.Alignment) -> (first: Int, last: Int) {
            var canvas = Canvas(width: 80, height: 20)
            canvas.write("mmm", x: 40, y: 1, .ink, alignment)
            let image = canvas.image
            let inked = (0..<80).filter { x in (0..<20).contains { y in pixel(image, x, y)[0] < 128 } }
            return (inked.first ?? -1, inked.last ?? -1)
        }
        #expect(columns(.left).first >= 40)
        #expect(columns(.right).last <= 40)
        #expect(columns(.center).first < 40 && columns(.center).last > 40)
    }

    @Test func quartilesAreNumPys() {
        // numpy.quantile([1, 2, 4, 8, 16, 100], [0.25, 0.5, 0.75]) = [2.5, 6, 14]
        let quartiles = Quartiles(of: [16, 1, 100, 2, 8, 4])
        #expect((quartiles.lower, quartiles.median, quartiles.upper) == (2.5, 6, 14))
        #expect(quartiles.whiskers == 1...16)
        #expect(quartiles.outliers == [100])
        let single = Quartiles(of: [3])
        #expect(single.whiskers == 3...3 && single.outliers.isEmpty)
    }

    @Test(
        "writes numbers with as many digits",
        arguments: [
            (1.0, 0, "1"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"), (2.005, 3, "2.005"), (0.0999, 2, "0.10"),
            (-12.5, 2, "-12.50"),
        ])
    func writesNumbers(value: Double, digits: Int, text: String) {
        #expect(Number.text(value, digits: digits) == text)
    }

    @Test func coloursRunFromDarkToLight() {
        let lights = stride(from: 0.0, through: 1, by: 0.05).map { Color.viridis($0).lightness }
        #expect(zip(lights, lights.dropFirst()).allSatisfy { $0 < $1 })
        #expect(Color.viridis(-1) == Color(68, 1, 84) && Color.viridis(2) == Color(253, 231, 37))
    }

    @Test func aContactSheetShowsEveryPictureInItsPlace() {
        let cells = [ContactSheet.Cell](repeating: ContactSheet.Cell(image: Self.red, caption: "0.5"), count: 3)
        let sheet = ContactSheet(rows: [("one", cells), ("two", [cells[0]])], columns: ["a fox", "an owl", "a key"])
            .image
        let red = (0..<sheet.width).map { x in (0..<sheet.height).count { pixel(sheet, x, $0) == [200, 0, 0] } }
        #expect(red.reduce(0, +) == 4 * 128 * 128)
        // The first column shows two pictures, the others one.
        #expect(Set(red) == [0, 128, 256] && red.count { $0 == 256 } == 128 && red.count { $0 == 128 } == 2 * 128)
    }

    @Test func aContactSheetSaysWhatItLeavesOut() {
        let cells = [ContactSheet.Cell](repeating: ContactSheet.Cell(image: Self.red, caption: ""), count: 28)
        let whole = ContactSheet(rows: [("one", Array(cells.prefix(27)))], columns: []).image
        let cut = ContactSheet(rows: [("one", cells)], columns: []).image
        #expect(cut.width == whole.width && cut.height > whole.height)
    }

    @Test func boxesStandWhereTheirValuesAre() throws {
        let panel = BoxPlot.Panel(
            title: "reward", rows: [("low", [0, 1, 2, 3]), ("high", [7, 8, 9, 10]), ("none", [])])
        let plot = BoxPlot([panel]).image
        let blue = columns(of: Color.distinct[0], in: plot), orange = columns(of: Color.distinct[1], in: plot)
        #expect(try #require(blue.max()) < #require(orange.min()))
    }

    @Test func theLargestShareIsTheLightestCell() {
        let map = HeatMap(title: "shares", rows: ["a", "b"], columns: [("one", [0.8, 0.2]), ("two", [0, 1])]).image
        #expect(
            columns(of: Color.viridis(1), in: map).min() ?? 0 > columns(of: Color.viridis(0.8), in: map).min() ?? 999)
    }

    private func columns(of color: Color, in image: Image) -> Set<Int> {
        let wanted = [color.red, color.green, color.blue]
        return Set((0..<image.height).flatMap { y in (0..<image.width).filter { pixel(image, $0, y) == wanted } })
    }

    private func pixel(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
        let index = (y * image.width + x) * 3
        return Array(image.pixels[index..<index + 3])
    }
}
