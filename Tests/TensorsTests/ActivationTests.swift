import Foundation
import Tensors
import TestSupport
import Testing

/// Every instruction level against double precision, on every length up to a few vectors: tails count.
@Suite struct ActivationTests {
    /// Numbers of all sizes, then the interval where activations bend.
    private static let inputs: [Float] =
        [0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e-20, 30, -30, 88, -88, 100, -100, 1e10, -1e10]
        + (-9000...9000).map { Float($0) / 1000 }

    @Test(arguments: KernelLevel.supported)
    func computesSiLU(level: KernelLevel) {
        expectFunction(level, within: 3e-7, { silu($0) }, { $0 / (1 + exp(-$0)) })
    }

    @Test(arguments: KernelLevel.supported)
    func computesExactGELU(level: KernelLevel) {
        expectFunction(level, within: 3e-7, { gelu($0, .exact) }, { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 })
    }

    @Test(arguments: KernelLevel.supported)
    func computesTanhGELU(level: KernelLevel) {
        expectFunction(
            level, within: 3e-7, { gelu($0, .tanh) },
            { $0 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) / 2 })
    }

    @Test(arguments: KernelLevel.supported)
    func computesQuickGELU(level: KernelLevel) {
        expectFunction(level, within: 3e-7, { gelu($0, .quick) }, { $0 / (1 + exp(-1.702 * $0)) })
    }

    @Test(arguments: KernelLevel.supported)
    func computesReLU(level: KernelLevel) {
        expectFunction(level, within: 0, { relu($0) }, { max($0, 0) })
    }

    @Test(arguments: KernelLevel.supported)
    func computesTanh(level: KernelLevel) {
        expectFunction(level, within: 2e-7, { Tensors.tanh($0) }, { Foundation.tanh($0) })
    }

    @Test(arguments: KernelLevel.supported)
    func gatesByGELU(level: KernelLevel) {
        let device = Device(threads: 2, level: level)
        for (rows, half) in [(1, 1), (3, 7), (5, 16), (2, 33), (40, 1000)] {
            let x = noise(rows * half * 2, scale: 3)
            let y = geglu(Tensor(x, shape: [rows, 2 * half], on: device))
            let expected = (0..<rows * half).map { index in
                let (row, column) = (index / half, index % half)
                let (value, gate) = (Double(x[row * 2 * half + column]), Double(x[row * 2 * half + half + column]))
                return Float(value * gate * erfc(-gate / 2.0.squareRoot()) / 2)
            }
            #expect(y.shape == [rows, half])
            expectClose(y.scalars, expected, absolute: 1e-6, relative: 1e-7, "\(rows) rows of \(half)")
        }
    }

    @Test(arguments: KernelLevel.supported)
    func computesTailsAsBodies(level: KernelLevel) {
        let device = Device(threads: 1, level: level)
        let x = noise(70, scale: 4)
        let whole = gelu(Tensor(x, shape: [70], on: device), .exact).scalars
        for start in 0..<35 {
            for count in 0..<35 {
                let part = Tensor(Array(x[start..<start + count]), shape: [count], on: device)
                #expect(gelu(part, .exact).scalars == Array(whole[start..<start + count]))
            }
        }
    }

    @Test(arguments: KernelLevel.supported)
    func keepsNaN(level: KernelLevel) {
        let device = Device(threads: 1, level: level)
        let x = Tensor((0..<37).map { $0 % 5 == 0 ? .nan : Float($0) }, shape: [37], on: device)
        let results = [
            silu(x), gelu(x, .exact), gelu(x, .tanh), gelu(x, .quick), relu(x), Tensors.tanh(x), 2 * x,
            x.clamped(to: -1...1),
        ]
        for result in results { #expect(result.scalars.map { $0.isNaN } == x.scalars.map { $0.isNaN }) }
    }

    /// Compares with `reference` within `tolerance` of max(1, |x|).
    private func expectFunction(
        _ level: KernelLevel, within tolerance: Double, _ function: (Tensor) -> Tensor,
        _ reference: (Double) -> Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let x = Self.inputs
        let y = function(Tensor(x, shape: [x.count], on: Device(threads: 2, level: level))).scalars
        var worst = (x: Float(0), error: 0.0)
        for (x, y) in zip(x, y) {
            let error = abs(Double(y) - reference(Double(x))) / max(1, abs(Double(x)))
            if !(error <= worst.error) { worst = (x, error) }
        }
        #expect(worst.error <= tolerance, "worst at \(worst.x)", sourceLocation: sourceLocation)
    }
}
