import TestSupport
import Tensors
import Testing

@Suite struct OperandTests {
    @Test("norms are rounded once", arguments: [1, 13, 64, 320, 1024, 1283])
    func norms(width: Int) {
        let device = Device(threads: 2, precision: .bf16)
        let x = Tensor(noise(2 * 9 * width), shape: [2, 9, width], on: device)
        let (scale, shift) = (noise(width, seed: 2), noise(width, seed: 3))
        let s = Tensor(scale, shape: [width], on: device)
        let t = Tensor(shift, shape: [width], on: device)
        let y = layerNorm(x, scale: s, shift: t, epsilon: 1e-5)
        expectClose(
            layerNormOperand(x, scale: s, shift: t, epsilon: 1e-5).tensor.scalars, y.scalars, relative: 0x1p-8)
        expectClose(Operand(x).tensor.scalars, x.scalars, relative: 0x1p-8)
    }

    @Test("group norms are rounded once", arguments: [(1, 32), (8, 64), (33, 320), (5, 1283)])
    func groupNorms(side: Int, width: Int) {
        let x = noise(2 * side * side * width)
        let results = Precision.allCases.map { precision in
            let device = Device(threads: 2, precision: precision)
            let scale = Tensor(noise(width, seed: 2), shape: [width], on: device)
            let map = Tensor(x, shape: [2, side, side, width], on: device)
            return groupNorm(
                map, scale: scale, shift: scale, groups: width.isMultiple(of: 32) ? 32 : 1, epsilon: 1e-5, silu: true
            ).tensor.scalars
        }
        expectClose(results[1], results[0], relative: 0x1p-8)
    }

    @Test("gated products", arguments: Arithmetic.all)
    func gates(arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        for (rows, inputs, half) in [(1, 4, 32), (2, 320, 1280), (130, 64, 96), (3, 13, 17)] {
            var draws = Draws(seed: 31)
            let x = draws.tensor([rows, inputs], on: device)
            let weights = LinearWeights(draws.tensor([2 * half, inputs], on: device))
            let bias = draws.tensor([2 * half], on: device)
            let expected = geglu(linear(x, weights, bias: bias))
            expectClose(
                linearGEGLU(Operand(x), weights, bias: bias).tensor.scalars, expected.scalars,
                absolute: 1e-5, relative: arithmetic.precision == .bf16 ? 0x1p-8 : 1e-6)
            expectClose(
                linearOperand(Operand(x), weights, bias: bias, gelu: .quick).tensor.scalars,
                gelu(linear(x, weights, bias: bias), .quick).scalars,
                absolute: 1e-5, relative: arithmetic.precision == .bf16 ? 0x1p-8 : 1e-6)
        }
    }
}
