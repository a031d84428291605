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

    /// Transformed inputs and weights are rounded to 8 or 24 bits; transforms of larger tiles make more of the errors.
    ///
    /// In floats, sums of 320 channels err by 1.6e-6 after F(4x4), by 4.4e-7 after F(2x2), and by 7.5e-7 where they are plain.
    func tolerance(_ precision: Precision) -> Float {
        switch (precision, algorithm) {
        case (.fp32, .winograd4x4): 0x1p-18
        case (.fp32, _): 0x1p-20
        case (_, .winograd4x4): 0x1p-6
        default: 0x1p-7
        }
    }

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
    @Test("agrees with exact sums", arguments: WinogradCase.all, Arithmetic.all)
    func matchesExactSums(winograd: WinogradCase, arithmetic: Arithmetic) {
        // Sums of plain products of these numbers are exact.
        var direct = winograd
        direct.algorithm = .direct
        let divisor = divisor(arithmetic.precision)
        let expected = convolved(direct, on: Device(threads: 2))
        let result = convolved(winograd, dividedBy: divisor, on: arithmetic.device(threads: 2))
        #expect(result.shape == expected.shape)
        let (y, z) = (result.scalars, expected.scalars.map { $0 / divisor })
        let tolerance = winograd.tolerance(arithmetic.precision)
        let size = (z.reduce(0) { $0 + $1 * $1 } / Float(z.count)).squareRoot()
        let error = (zip(y, z).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Float(z.count)).squareRoot()
        #expect(error < size * tolerance)
        expectClose(y, z, absolute: 8 * size * tolerance)
        // What was asked for is what ran.
        guard winograd.inputs > 1 else { return }
        #expect(y != convolved(direct, dividedBy: divisor, on: arithmetic.device(threads: 2)).scalars)
    }

    @Test("has the same bits for any threads and in any batch", arguments: WinogradCase.all, Arithmetic.all)
    func isIndependent(winograd: WinogradCase, arithmetic: Arithmetic) {
        let results = [1, 2, 3].map { convolved(winograd, images: 2, on: arithmetic.device(threads: $0)) }
        #expect(results[0].scalars == results[1].scalars)
        #expect(results[0].scalars == results[2].scalars)
        #expect(convolved(winograd, on: arithmetic.device(threads: 2)).scalars == results[0][0..<1].scalars)
    }

    @Test("adds a bias of its own to each image", arguments: WinogradCase.all, [Precision.fp32, .bf16])
    func addsABiasForEachImage(winograd: WinogradCase, precision: Precision) {
        let device = Device(threads: 2, precision: precision)
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

    @Test("adds to a residual in its own memory where nobody else needs it", arguments: Arithmetic.all)
    func addsInPlace(arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        var draws = Draws(seed: 22)
        let weights = ConvolutionWeights(draws.tensor([40, 24, 3, 3], on: device))
        let (map, first) = (draws.tensor([2, 13, 18, 24], on: device), draws.tensor([2, 13, 18, 40], on: device))
        for algorithm in ConvolutionAlgorithm.allCases {
            let own = Tensor(first.scalars, shape: first.shape, on: device)
            let alone = convolve(
                map, weights, bias: nil, stride: 1, padding: .symmetric(1), residual: consume own, by: algorithm)
            let shared = convolve(
                map, weights, bias: nil, stride: 1, padding: .symmetric(1), residual: first, by: algorithm)
            #expect(alone.scalars == shared.scalars, "\(algorithm)")
        }
    }

    @Test("is chosen by the map and the layer alone", arguments: Arithmetic.all)
    func isChosenByTheMapAndTheLayerAlone(arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let isTuned = arithmetic.level != .portable || arithmetic.precision == .bf16
        for (side, algorithm) in [(4, ConvolutionAlgorithm.direct), (8, .winograd2x2), (32, .winograd4x4)] {
            let winograd = WinogradCase(height: side, width: side, inputs: 320, outputs: 320)
            let divisor = divisor(arithmetic.precision)
            let chosen = convolved(winograd, dividedBy: divisor, on: device, tuned: true).scalars
            for other in ConvolutionAlgorithm.allCases {
                var asked = winograd
                asked.algorithm = other
                let isSame = chosen == convolved(asked, dividedBy: divisor, on: device).scalars
                #expect(isSame == (other == (isTuned ? algorithm : .direct)))
            }
        }
    }

    /// Of thirds of these numbers neither products nor what F(2x2) makes of them are exact in floats.
    private func divisor(_ precision: Precision) -> Float { precision == .fp32 ? 3 : 1 }

    private func convolved(
        _ winograd: WinogradCase, images: Int = 1, dividedBy divisor: Float = 1, on device: Device, tuned: Bool = false
    ) -> Tensor {
        let (inputs, outputs) = (winograd.inputs, winograd.outputs)
        var draws = Draws(seed: 21)
        func tensor(_ shape: [Int]) -> Tensor { draws.tensor(shape, on: device) / divisor }
        let weights = ConvolutionWeights(draws.tensor([outputs, inputs, 3, 3], on: device))
        let bias = tensor([outputs])
        let maps = (0..<images).map { _ in
            (
                tensor([1, winograd.height, winograd.width, inputs]),
                tensor([1, winograd.height, winograd.width, outputs])
            )
        }
        return convolve(
            Tensor.stacked(maps.map(\.0)), weights, bias: bias, stride: 1, padding: .symmetric(1),
            residual: Tensor.stacked(maps.map(\.1)), by: tuned ? nil : winograd.algorithm)
    }
}
