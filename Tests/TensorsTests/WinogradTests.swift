import TestSupport
import Tensors
import Testing

/// The extents of a convolution for Winograd's transform, odd and tiny ones among them.
struct WinogradCase: Sendable, CustomTestStringConvertible {
    let height: Int
    let width: Int
    let inputs: Int
    let outputs: Int
    var algorithm = ConvolutionAlgorithm.winograd2x2

    var testDescription: String { "\(algorithm) of \(height)x\(width)x\(inputs) → \(outputs)" }

    /// Transformed inputs and weights are rounded to 8 bits; transforms of larger tiles make more of the errors.
    var tolerance: Float { algorithm == .winograd2x2 ? 0x1p-7 : 0x1p-6 }

    static let all = [ConvolutionAlgorithm.winograd2x2, .winograd4x4].flatMap { algorithm in
        shapes.map {
            WinogradCase(
                height: $0.height, width: $0.width, inputs: $0.inputs, outputs: $0.outputs, algorithm: algorithm)
        }
    }

    private static let shapes = [
        WinogradCase(height: 1, width: 1, inputs: 1, outputs: 1),
        WinogradCase(height: 2, width: 3, inputs: 5, outputs: 3),
        WinogradCase(height: 7, width: 1, inputs: 18, outputs: 31),
        WinogradCase(height: 64, width: 64, inputs: 32, outputs: 32),
        WinogradCase(height: 33, width: 65, inputs: 46, outputs: 40),
        WinogradCase(height: 19, width: 64, inputs: 320, outputs: 64),
        WinogradCase(height: 1, width: 2048, inputs: 33, outputs: 33),
    ]
}

@Suite struct WinogradTests {
    @Test("agrees with floats", arguments: WinogradCase.all, Arithmetic.all.filter { $0.precision == .bf16 })
    func matchesFloats(winograd: WinogradCase, arithmetic: Arithmetic) {
        let expected = convolved(winograd, on: Device(threads: 2))
        let result = convolved(winograd, on: arithmetic.device(threads: 2))
        #expect(result.shape == expected.shape)
        let (y, z) = (result.scalars, expected.scalars)
        let size = (z.reduce(0) { $0 + $1 * $1 } / Float(z.count)).squareRoot()
        let error = (zip(y, z).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Float(z.count)).squareRoot()
        #expect(error < size * winograd.tolerance)
        expectClose(y, z, absolute: 8 * size * winograd.tolerance)
        // What was asked for is what ran: sums of plain products of these numbers are exact.
        guard winograd.inputs > 1 else { return }
        var direct = winograd
        direct.algorithm = .direct
        #expect(y != convolved(direct, on: arithmetic.device(threads: 2)).scalars)
    }

    @Test("has the same bits for any threads and in any batch", arguments: WinogradCase.all)
    func isIndependent(winograd: WinogradCase) {
        let arithmetic = Arithmetic(level: .best, precision: .bf16)
        let results = [1, 2, 3].map { convolved(winograd, images: 2, on: arithmetic.device(threads: $0)) }
        #expect(results[0].scalars == results[1].scalars)
        #expect(results[0].scalars == results[2].scalars)
        #expect(convolved(winograd, on: arithmetic.device(threads: 2)).scalars == results[0][0..<1].scalars)
    }

    @Test("adds a bias of its own to each image", arguments: WinogradCase.all)
    func addsABiasForEachImage(winograd: WinogradCase) {
        let device = Arithmetic(level: .best, precision: .bf16).device(threads: 2)
        let (inputs, outputs) = (winograd.inputs, winograd.outputs)
        var draws = Draws(seed: 22)
        let weights = ConvolutionWeights(draws.tensor([outputs, inputs, 3, 3], on: device))
        let x = draws.tensor([2, winograd.height, winograd.width, inputs], on: device)
        let biases = draws.tensor([2, outputs], on: device)
        let together = convolve(x, weights, bias: biases, stride: 1, padding: .symmetric(1), by: winograd.algorithm)
        for image in [0..<1, 1..<2] {
            let bias = biases[image].reshaped([outputs])
            let alone = convolve(
                x[image], weights, bias: bias, stride: 1, padding: .symmetric(1), by: winograd.algorithm)
            #expect(alone.scalars == together[image].scalars)
        }
    }

    @Test func isChosenByTheMapAndTheLayerAlone() {
        let device = Device(threads: 1, precision: .bf16)
        for (side, algorithm) in [(4, ConvolutionAlgorithm.direct), (8, .winograd2x2), (32, .winograd4x4)] {
            let winograd = WinogradCase(height: side, width: side, inputs: 320, outputs: 320)
            let chosen = convolved(winograd, on: device, tuned: true).scalars
            for other in ConvolutionAlgorithm.allCases {
                var asked = winograd
                asked.algorithm = other
                #expect((chosen == convolved(asked, on: device).scalars) == (other == algorithm))
            }
        }
    }

    private func convolved(
        _ winograd: WinogradCase, images: Int = 1, on device: Device, tuned: Bool = false
    ) -> Tensor {
        let (inputs, outputs) = (winograd.inputs, winograd.outputs)
        var draws = Draws(seed: 21)
        let weights = ConvolutionWeights(draws.tensor([outputs, inputs, 3, 3], on: device))
        let bias = draws.tensor([outputs], on: device)
        let maps = (0..<images).map { _ in
            (
                draws.tensor([1, winograd.height, winograd.width, inputs], on: device),
                draws.tensor([1, winograd.height, winograd.width, outputs], on: device)
            )
        }
        return convolve(
            Tensor.stacked(maps.map(\.0)), weights, bias: bias, stride: 1, padding: .symmetric(1),
            residual: Tensor.stacked(maps.map(\.1)), by: tuned ? nil : winograd.algorithm)
    }
}
