package import Tensors
package import Testing

/// Expects every scalar within `absolute + relative * max|expected|` of its reference, and none of them NaN.
///
/// The tolerance is relative to the largest reference scalar, as the acceptance of model parity states it.
package func expectClose(
    _ actual: [Float], _ expected: [Float], absolute: Float = 0, relative: Float = 0, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard actual.count == expected.count else {
        Issue.record("\(what): \(actual.count) scalars, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    let scale = expected.reduce(Float(0)) { max($0, abs($1)) }
    let tolerance = absolute + relative * scale
    var worst = (index: 0, error: Float(0))
    for (index, (a, e)) in zip(actual, expected).enumerated() {
        let error = abs(a - e)
        if !(error <= worst.error) { worst = (index, error) }
        if error.isNaN { break }
    }
    let comment = Comment(
        rawValue: "\(what): worst error \(worst.error) at \(worst.index), tolerance \(tolerance), scale \(scale)")
    #expect(worst.error <= tolerance, comment, sourceLocation: sourceLocation)
}

/// Expects a tensor of the reference's shape with every scalar close to it.
package func expectClose(
    _ actual: Tensor, _ expected: Tensor, absolute: Float = 0, relative: Float = 0, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(actual.shape == expected.shape, Comment(rawValue: what), sourceLocation: sourceLocation)
    expectClose(
        actual.scalars, expected.scalars, absolute: absolute, relative: relative, what, sourceLocation: sourceLocation)
}
