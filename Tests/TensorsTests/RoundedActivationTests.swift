import Foundation
import Tensors
import TestSupport
import Testing

/// Activations that are rounded as they are computed, against double precision.
@Suite struct RoundedActivationTests {
    /// Numbers of all sizes, then the interval where activations bend; an odd count, so that rows are padded.
    private static let inputs: [Float] =
        [0, -0.0, 1e-20, -1e-20, 30, -30, 88, -88, 100, -100, 1e10, -1e10, 1e30, -1e30, .infinity, .nan, 0.5]
        + (-9000..<9000).map { Float($0) / 1000 }

    private static let forms: [(GELU, @Sendable (Double) -> Double)] = [
        (.exact, { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 }),
        (.tanh, { $0 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) / 2 }),
        (.quick, { $0 / (1 + exp(-1.702 * $0)) }),
    ]

    private static let arithmetics = Arithmetic.all.filter { $0.precision == .bf16 }

    @Test(arguments: arithmetics)
    func roundsGELU(arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let (x, weights) = Self.zeros(outputs: Self.inputs.count, on: device)
        let bias = Tensor(Self.inputs, shape: [Self.inputs.count], on: device)
        for (form, reference) in Self.forms {
            let y = linearOperand(x, weights, bias: bias, gelu: form).tensor
            #expect(y.shape == [3, Self.inputs.count])
            for row in 0..<3 {
                let scalars = Array(y.scalars[row * Self.inputs.count..<(row + 1) * Self.inputs.count])
                expectRounded(scalars, of: Self.inputs, "\(form)", reference)
            }
        }
    }

    @Test(arguments: arithmetics)
    func roundsGEGLU(arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let gates = Self.inputs + [Float](repeating: -1, count: 32 - Self.inputs.count % 32)
        let (x, weights) = Self.zeros(outputs: 2 * gates.count, on: device)
        let bias = Tensor([Float](repeating: -3, count: gates.count) + gates, shape: [2 * gates.count], on: device)
        let y = linearGEGLU(x, weights, bias: bias)
        let reference = Self.forms[0].1
        for row in 0..<3 {
            let scalars = Array(y.tensor.scalars[row * gates.count..<(row + 1) * gates.count])
            expectRounded(scalars, of: gates, "geglu") { -3 * reference($0) }
        }
    }

    /// Three rows and weights whose product is nothing but the bias.
    private static func zeros(outputs: Int, on device: Device) -> (Operand, LinearWeights) {
        let x = Tensor(repeating: 0, shape: [3, 2], on: device)
        return (Operand(x), LinearWeights(Tensor(repeating: 0, shape: [outputs, 2], on: device)))
    }

    /// Expects what rounding to 8 bits and an approximation within 4e-4 leave, below -5 within 3e-7 of the input.
    private func expectRounded(
        _ actual: [Float], of inputs: [Float], _ what: String, _ reference: (Double) -> Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let wrong = zip(inputs, actual).first { x, y in
            let expected = reference(Double(x))
            guard expected.isFinite else { return expected.isNaN ? !y.isNaN : Double(y) != expected }
            let tolerance = (0x1p-8 + 4e-4) * abs(expected) + (x < -5 ? 1e-6 * abs(Double(x)) : 1e-30)
            return !(abs(Double(y) - expected) <= tolerance)
        }
        let comment = wrong.map { Comment(rawValue: "\(what) of \($0) is \($1), not \(reference(Double($0)))") }
        #expect(wrong == nil && inputs.count == actual.count, comment, sourceLocation: sourceLocation)
    }
}
