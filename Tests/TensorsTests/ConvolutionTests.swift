import TestSupport
import Tensors
import Testing

/// A convolution's extents and options.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
    var images = 2
    let height: Int
    let width: Int
    let inputs: Int
    let outputs: Int
    var kernel = 3
    var stride = 1
    var bottomRight = false

    var testDescription: String {
        "\(images)x\(height)x\(width)x\(inputs) → \(outputs), \(kernel)x\(kernel), stride \(stride)"
            + (bottomRight ? ", bottom-right padding" : "")
    }

    var padding: ConvolutionPadding { bottomRight ? .bottomRight : .symmetric(kernel / 2) }
    var outputHeight: Int { outputExtent(height) }
    var outputWidth: Int { outputExtent(width) }

    private func outputExtent(_ extent: Int) -> Int {
        (extent + (bottomRight ? 1 : kernel / 2 * 2) - kernel) / stride + 1
    }

    static let all = [
        ConvolutionCase(height: 1, width: 1, inputs: 3, outputs: 5),
        ConvolutionCase(height: 2, width: 2, inputs: 5, outputs: 3),
        ConvolutionCase(height: 3, width: 3, inputs: 4, outputs: 17),
        ConvolutionCase(height: 9, width: 17, inputs: 13, outputs: 33),
        ConvolutionCase(images: 1, height: 20, width: 31, inputs: 8, outputs: 70),
        ConvolutionCase(height: 1, width: 1, inputs: 3, outputs: 5, kernel: 1),
        ConvolutionCase(height: 9, width: 17, inputs: 13, outputs: 33, kernel: 1),
        ConvolutionCase(height: 9, width: 17, inputs: 13, outputs: 33, kernel: 1, stride: 2),
        ConvolutionCase(height: 1, width: 1, inputs: 3, outputs: 5, stride: 2),
        ConvolutionCase(height: 2, width: 3, inputs: 7, outputs: 5, stride: 2),
        ConvolutionCase(height: 9, width: 17, inputs: 13, outputs: 33, stride: 2),
        ConvolutionCase(height: 8, width: 12, inputs: 16, outputs: 32, stride: 2),
        ConvolutionCase(height: 2, width: 4, inputs: 3, outputs: 5, kernel: 4, stride: 2),
        ConvolutionCase(height: 8, width: 12, inputs: 16, outputs: 33, kernel: 4, stride: 2),
        ConvolutionCase(height: 2, width: 2, inputs: 3, outputs: 5, stride: 2, bottomRight: true),
        ConvolutionCase(height: 3, width: 2, inputs: 3, outputs: 5, stride: 2, bottomRight: true),
        ConvolutionCase(height: 9, width: 17, inputs: 13, outputs: 33, stride: 2, bottomRight: true),
        ConvolutionCase(height: 8, width: 12, inputs: 16, outputs: 32, stride: 2, bottomRight: true),
    ]
}

@Suite struct ConvolutionTests {
    private let device = Device(threads: 2)

    @Test("agrees with double loops", arguments: ConvolutionCase.all, Arithmetic.all)
    func matchesDoubleLoops(_ convolution: ConvolutionCase, arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let operands = Operands(of: convolution, seed: 4, on: device)
        let expected = operands.doubleLoops()
        let plain = operands.convolved(bias: false, residual: false)
        #expect(
            plain.shape == [convolution.images, convolution.outputHeight, convolution.outputWidth, convolution.outputs])
        expectClose(plain.scalars, expected.map { Float($0) }, absolute: 2e-5, "plain")

        let (bias, residual) = (operands.bias.scalars, operands.residual.scalars)
        let sum = expected.enumerated().map { Float($1 + Double(bias[$0 % bias.count] + residual[$0])) }
        expectClose(operands.convolved(bias: true, residual: true).scalars, sum, absolute: 2e-5, "bias and residual")
    }

    @Test(
        "agrees with PyTorch",
        arguments: [
            ("convolution-1x1", 1, ConvolutionPadding.symmetric(0)), ("convolution-3x3", 1, .symmetric(1)),
            ("convolution-3x3-stride-2", 2, .symmetric(1)), ("convolution-3x3-bottom-right", 2, .bottomRight),
        ], KernelLevel.supported)
    func matchesPyTorch(convolution: (name: String, stride: Int, padding: ConvolutionPadding), level: KernelLevel)
        throws
    {
        let (golden, device) = (try Golden("products/products.safetensors"), Device(threads: 2, level: level))
        let name = convolution.name
        let result = convolve(
            try golden.tensor("\(name).x", on: device),
            ConvolutionWeights(try golden.tensor("\(name).weight", on: device)),
            bias: try golden.tensor("\(name).bias", on: device), stride: convolution.stride,
            padding: convolution.padding)
        expectClose(result, try golden.tensor("\(name).y"), relative: 1e-6)
    }

    @Test("has the same bits on one, two and three threads", arguments: ConvolutionCase.all, Arithmetic.all)
    func isIndependentOfThreads(_ convolution: ConvolutionCase, arithmetic: Arithmetic) {
        let results = [1, 2, 3].map { threads in
            Operands(of: convolution, seed: 5, on: arithmetic.device(threads: threads)).convolved(
                bias: true, residual: true
            )
            .scalars
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test("gives an image of a batch the bits it has alone", arguments: ConvolutionCase.all, Arithmetic.all)
    func isIndependentOfBatch(_ convolution: ConvolutionCase, arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let operands = Operands(of: convolution, seed: 6, on: device)
        let together = operands.convolved(bias: false, residual: false)
        for image in 0..<convolution.images {
            let alone = convolve(
                operands.x[image..<image + 1], operands.weights, bias: nil, stride: convolution.stride,
                padding: convolution.padding)
            #expect(alone.scalars == together[image..<image + 1].scalars)
        }
    }

    @Test("adds a bias of its own to each image", arguments: ConvolutionCase.all, Arithmetic.all)
    func addsABiasForEachImage(_ convolution: ConvolutionCase, arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let operands = Operands(of: convolution, seed: 8, on: device)
        var draws = Draws(seed: 9)
        let biases = draws.tensor([convolution.images, convolution.outputs], on: device)
        let together = convolve(
            operands.x, operands.weights, bias: biases, stride: convolution.stride, padding: convolution.padding)
        for image in 0..<convolution.images {
            let range = image..<image + 1
            let alone = convolve(
                operands.x[range], operands.weights, bias: biases[range].reshaped([convolution.outputs]),
                stride: convolution.stride, padding: convolution.padding)
            #expect(alone.scalars == together[range].scalars)
        }
    }

    @Test func passesNaNOnWhereTheKernelReaches() {
        var scalars = [Float](repeating: 1, count: 25)
        scalars[0] = .nan
        let x = Tensor(scalars, shape: [1, 5, 5, 1], on: device)
        let weights = ConvolutionWeights(Tensor(repeating: 0, shape: [1, 1, 3, 3], on: device))
        let y = convolve(x, weights, bias: nil, stride: 1, padding: .symmetric(1)).scalars
        #expect(y.indices.filter { y[$0].isNaN } == [0, 1, 5, 6])
    }

    @Test func allocatesNothingAfterTheFirstTime() {
        let operands = Operands(of: ConvolutionCase.all[3], seed: 7, on: device)
        _ = operands.convolved(bias: true, residual: true)
        let before = device.arenaStatistics.allocationCount
        _ = operands.convolved(bias: true, residual: true)
        #expect(device.arenaStatistics.allocationCount == before)
    }
}

/// Random operands of one convolution.
private struct Operands {
    let convolution: ConvolutionCase
    let x: Tensor
    let weight: Tensor
    let weights: ConvolutionWeights
    let bias: Tensor
    let residual: Tensor

    init(of convolution: ConvolutionCase, seed: UInt64, on device: Device) {
        var draws = Draws(seed: seed)
        let c = convolution
        self.convolution = c
        x = draws.tensor([c.images, c.height, c.width, c.inputs], on: device)
        weight = draws.tensor([c.outputs, c.inputs, c.kernel, c.kernel], on: device)
        weights = ConvolutionWeights(weight)
        bias = draws.tensor([c.outputs], on: device)
        residual = draws.tensor([c.images, c.outputHeight, c.outputWidth, c.outputs], on: device)
    }

    func convolved(bias hasBias: Bool, residual hasResidual: Bool) -> Tensor {
        convolve(
            x, weights, bias: hasBias ? bias : nil, stride: convolution.stride, padding: convolution.padding,
            residual: hasResidual ? residual : nil)
    }

    func doubleLoops() -> [Double] {
        let c = convolution
        let (xs, ws) = (x.scalars, weight.scalars)
        let before = c.bottomRight ? 0 : c.kernel / 2
        var result: [Double] = []
        for position in 0..<c.images * c.outputHeight * c.outputWidth {
            let (rest, outputX) = position.quotientAndRemainder(dividingBy: c.outputWidth)
            let (image, outputY) = rest.quotientAndRemainder(dividingBy: c.outputHeight)
            for output in 0..<c.outputs {
                var sum = 0.0
                for tap in 0..<c.kernel * c.kernel {
                    let y = outputY * c.stride + tap / c.kernel - before
                    let x = outputX * c.stride + tap % c.kernel - before
                    guard (0..<c.height).contains(y), (0..<c.width).contains(x) else { continue }
                    for input in 0..<c.inputs {
                        let value = xs[((image * c.height + y) * c.width + x) * c.inputs + input]
                        sum += Double(value) * Double(ws[(output * c.inputs + input) * c.kernel * c.kernel + tap])
                    }
                }
                result.append(sum)
            }
        }
        return result
    }
}
