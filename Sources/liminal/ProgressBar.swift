/// One line on standard error that fills as steps are done; nothing where that is not a terminal.
final class ProgressBar: Sendable {
    private let isVisible = StandardError.isTerminal
    private let start = ContinuousClock.now

    private static let width = 32

    /// Draws the bar anew.
    func show(_ done: Int, of total: Int) {
        guard isVisible, total > 0 else { return }
        let filled = Self.width * done / total
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.width - filled)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let left = done == 0 ? "" : ", \(Int((seconds / Double(done) * Double(total - done)).rounded(.up))) s left"
        StandardError.write("\r[\(bar)] step \(done) of \(total)\(left)\u{1B}[K")
    }

    /// Clears the line.
    func finish() {
        if isVisible { StandardError.write("\r\u{1B}[K") }
    }
}
