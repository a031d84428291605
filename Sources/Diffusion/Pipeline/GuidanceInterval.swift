/// The part of the way on which guidance is applied; before and after it, the prediction for the prompt stands alone.
///
/// Kynkäänniemi et al., arXiv 2404.07724, with the interval in fractions of the steps, as `start` and `stop`
/// of diffusers' guiders have it.
package struct GuidanceInterval: Sendable, Equatable {
    /// Where guidance begins.
    package let start: Double
    /// Where it ends.
    package let end: Double

    /// What both may be.
    package static let fractions: ClosedRange<Double> = 0...1

    /// An interval; it is checked when a pipeline plans a request with it.
    package init(start: Double, end: Double) { (self.start, self.end) = (start, end) }

    /// Whether both ends are fractions, in order, with something between them.
    package var isValid: Bool { Self.fractions.contains(start) && Self.fractions.contains(end) && start < end }

    /// The guided ones of so many steps: `_is_cfg_enabled` of diffusers' `ClassifierFreeGuidance`.
    func steps(of count: Int) -> Range<Int> { Int(start * Double(count))..<Int(end * Double(count)) }
}
