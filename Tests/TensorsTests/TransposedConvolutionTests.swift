import Tensors
import TestSupport
import Testing

@Suite struct TransposedConvolutionTests {
    private static let shapes = [(1, 1, 1, 1, 1), (2, 3, 5, 7, 3), (1, 4, 4, 33, 40), (3, 1, 6, 2, 1)]

    /// out[2 i - 1 + k] += x[i] w[k] in each axis: the definition, in double precision.
    private static func doubleLoops(_ x: Tensor, _ weight: Tensor, bias: Tensor) -> [Double] {
        let (n, h, w, c, o) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3], weight.shape[1])
        let (xs, ws, bs) = (x.scalars, weight.scalars, bias.scalars)
        var result = (0..<n * 4 * h * w * o).map { Double(bs[$0 % o]) }
        for pixel in 0..<n * h * w {
            let (image, row, column) = (pixel / (h * w), pixel / w % h, pixel % w)
            for tap in 0..<16 {
                let (y, x) = (2 * row - 1 + tap / 4, 2 * column - 1 + tap % 4)
                guard (0..<2 * h).contains(y), (0..<2 * w).contains(x) else { continue }
                for output in 0..<o {
                    for input in 0..<c {
                        result[((image * 2 * h + y) * 2 * w + x) * o + output] +=
                            Double(xs[pixel * c + input]) * Double(ws[(input * o + output) * 16 + tap])
                    }
                }
            }
        }
        return result
    }

    @Test(arguments: KernelLevel.supported, shapes)
    func agreesWithItsDefinition(level: KernelLevel, shape: (Int, Int, Int, Int, Int)) {
        let (n, h, w, c, o) = shape
        let device = Device(threads: 2, level: level)
        var draws = Draws(seed: 5)
        let x = draws.tensor([n, h, w, c], on: device)
        let (weight, bias) = (draws.tensor([c, o, 4, 4], on: device), draws.tensor([o], on: device))
        let y = convolveTransposed(x, TransposedConvolutionWeights(weight), bias: bias)
        #expect(y.shape == [n, 2 * h, 2 * w, o])
        expectClose(y.scalars, Self.doubleLoops(x, weight, bias: bias).map(Float.init), relative: 1e-5)
    }

    @Test func anImageDoesNotDependOnItsNeighbours() {
        let device = Device(threads: 2)
        var draws = Draws(seed: 6)
        let x = draws.tensor([3, 5, 4, 8], on: device)
        let weights = TransposedConvolutionWeights(draws.tensor([8, 6, 4, 4], on: device))
        let all = convolveTransposed(x, weights, bias: nil)
        #expect(convolveTransposed(x[1..<2], weights, bias: nil).scalars == all[1..<2].scalars)
    }

    @Test(arguments: KernelLevel.supported)
    func leakyReluKeepsTheSlope(level: KernelLevel) {
        let x = Tensor([-2, -0.5, 0, 3], shape: [4], on: Device(threads: 1, level: level))
        #expect(leakyRelu(x, slope: 0.25).scalars == [-0.5, -0.125, 0, 3])
    }
}
