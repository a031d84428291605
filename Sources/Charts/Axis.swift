import Glibc

/// Round numbers along a range of values.
struct Axis {
    /// The range that is shown, at least as wide as the values'.
    let range: ClosedRange<Double>
    /// The numbers that are marked.
    let ticks: [Double]
    /// Digits after the point that tell the marks apart.
    private let digitCount: Int

    private static let wantedTickCount = 6.0

    /// An axis over finite values; one value gets some room on either side.
    init(of values: [Double]) {
        let (least, most) = (values.min() ?? 0, values.max() ?? 1)
        let span = most > least ? most - least : max(abs(most) * 0.1, 1e-9)
        let (low, high) = most > least ? (least, most) : (least - span / 2, most + span / 2)
        // 1, 2 or 5 times a power of ten, as plots are marked everywhere.
        let power = pow(10, floor(log10(span / Self.wantedTickCount)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= Self.wantedTickCount } ?? span
        let numbers = Int(floor(low / step))...Int(ceil(high / step))
        ticks = numbers.map { Double($0) * step }
        range = (ticks.first ?? low)...(ticks.last ?? high)
        digitCount = max(0, Int(ceil(-log10(step) - 1e-9)))
    }

    /// Where a value lies, in 0...1 from the range's begin to its end.
    func share(of value: Double) -> Double { (value - range.lowerBound) / (range.upperBound - range.lowerBound) }

    /// A tick's number as text.
    func text(_ value: Double) -> String { Number.text(value == 0 ? 0 : value, digits: digitCount) }
}

/// Numbers as charts write them.
package enum Number {
    /// A number with as many digits after its point.
    package static func text(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        let factor = pow(10, Double(digits))
        let scaled = (abs(value) * factor).rounded()
        let (whole, part) = (Int((scaled / factor).rounded(.down)), Int(scaled.truncatingRemainder(dividingBy: factor)))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + "\(whole)" }
        let fraction = String(part)
        return sign + "\(whole)." + String(repeating: "0", count: max(0, digits - fraction.count)) + fraction
    }
}
