import TestSupport
import Tensors
import Testing

@Suite struct MatMulTests {
    private let device = Device(threads: 2)

    @Test func multipliesByTransposedRows() {
        let a = Tensor([1, 2, 3, 4], shape: [2, 2], on: device)
        let b = Tensor([5, 6, 7, 8, 9, 10], shape: [3, 2], on: device)
        let product = matmul(a, transposed: b)
        #expect(product.shape == [2, 3])
        #expect(product.scalars == [17, 23, 29, 39, 53, 67])
    }

    @Test(
        "agrees with double loops on odd shapes",
        arguments: [
            [1, 1, 1, 1], [2, 1, 3, 5], [1, 7, 13, 31], [2, 9, 17, 33], [3, 64, 40, 65], [1, 300, 96, 130],
            [2, 2, 320, 1283], [2, 9, 1024, 40], [1, 0, 4, 4],
        ], Arithmetic.all)
    func matchesDoubleLoops(extents: [Int], arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let (images, rows, inputs, outputs) = (extents[0], extents[1], extents[2], extents[3])
        var draws = Draws(seed: 1)
        let x = draws.tensor([images, rows, inputs], on: device)
        let weight = draws.tensor([outputs, inputs], on: device)
        let bias = draws.tensor([outputs], on: device)
        let residual = draws.tensor([images, rows, outputs], on: device)
        let (xs, ws) = (x.scalars, weight.scalars)
        var plain: [Double] = []
        for row in 0..<images * rows {
            for output in 0..<outputs {
                plain.append(
                    (0..<inputs).reduce(0) { $0 + Double(xs[row * inputs + $1]) * Double(ws[output * inputs + $1]) })
            }
        }
        let (bs, rs) = (bias.scalars, residual.scalars)
        let weights = LinearWeights(weight)
        let (tolerance, relative) = (Float(1e-5), Float(2e-6))
        expectClose(
            linear(x, weights, bias: nil).scalars, plain.map { Float($0) }, absolute: tolerance, relative: relative,
            "plain")
        expectClose(
            linear(x, weights, bias: bias).scalars,
            plain.enumerated().map { Float($1 + Double(bs[$0 % outputs])) }, absolute: tolerance, relative: relative,
            "bias")
        expectClose(
            linear(x, weights, bias: nil, residual: residual).scalars,
            plain.enumerated().map { Float($1 + Double(rs[$0])) }, absolute: tolerance, relative: relative, "residual")
        expectClose(
            linear(x, weights, bias: bias, residual: residual).scalars,
            plain.enumerated().map { Float($1 + Double(bs[$0 % outputs] + rs[$0])) }, absolute: tolerance,
            relative: relative, "both")
    }

    @Test("adds to a residual in its own memory where nobody else needs it", arguments: Arithmetic.all)
    func addsInPlace(arithmetic: Arithmetic) {
        func sum(isShared: Bool) -> (scalars: [Float], residual: [Float], peak: Int) {
            let device = arithmetic.device(threads: 2)
            var draws = Draws(seed: 2)
            let (x, weight) = (draws.tensor([2, 512, 9], on: device), draws.tensor([1030, 9], on: device))
            let residual = draws.tensor([2, 512, 1030], on: device)
            let (before, weights) = (residual.scalars, LinearWeights(weight))
            guard isShared else {
                let y = linear(x, weights, bias: nil, residual: consume residual)
                return (y.scalars, before, device.arenaStatistics.peakLiveBytes)
            }
            let y = linear(x, weights, bias: nil, residual: residual)
            #expect(residual.scalars == before)
            return (y.scalars, before, device.arenaStatistics.peakLiveBytes)
        }
        let (alone, shared) = (sum(isShared: false), sum(isShared: true))
        #expect(alone.scalars == shared.scalars && alone.residual == shared.residual)
        // Where the sum has its own memory, that is alive beside the residual.
        #expect(shared.peak - alone.peak > 512 * 1030 * MemoryLayout<Float>.size)
    }

    @Test("agrees with PyTorch", arguments: KernelLevel.supported)
    func matchesPyTorch(level: KernelLevel) throws {
        let (golden, device) = (try Golden("products/products.safetensors"), Device(threads: 2, level: level))
        let result = linear(
            try golden.tensor("linear.x", on: device),
            LinearWeights(try golden.tensor("linear.weight", on: device)),
            bias: try golden.tensor("linear.bias", on: device),
            residual: try golden.tensor("linear.residual", on: device))
        expectClose(result, try golden.tensor("linear.y"), relative: 1e-6)
    }

    @Test("has the same bits on one, two and three threads", arguments: [1, 4, 77, 300], Arithmetic.all)
    func isIndependentOfThreads(rows: Int, arithmetic: Arithmetic) {
        let results = [1, 2, 3].map { threads in
            let device = arithmetic.device(threads: threads)
            var draws = Draws(seed: 2)
            let x = draws.tensor([2, rows, 67], on: device)
            return linear(x, LinearWeights(draws.tensor([190, 67], on: device)), bias: nil).scalars
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test("gives an image of a batch the bits it has alone", arguments: [1, 4, 77, 300], Arithmetic.all)
    func isIndependentOfBatch(rows: Int, arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        var draws = Draws(seed: 3)
        let x = draws.tensor([3, rows, 67], on: device)
        let weights = LinearWeights(draws.tensor([190, 67], on: device))
        let together = linear(x, weights, bias: nil)
        for image in 0..<3 {
            #expect(linear(x[image..<image + 1], weights, bias: nil).scalars == together[image..<image + 1].scalars)
        }
    }

    @Test func givesAVectorTheBitsItHasInABatch() {
        var draws = Draws(seed: 12)
        let x = draws.tensor([5, 67], on: device)
        let weights = LinearWeights(draws.tensor([190, 67], on: device))
        let together = linear(x, weights, bias: nil)
        for row in 0..<5 {
            #expect(linear(x[row..<row + 1], weights, bias: nil).scalars == together[row..<row + 1].scalars)
        }
    }

    @Test func hasTheSameBitsOnEveryVectorWidth() {
        let results = KernelLevel.supported.filter { $0 != .portable }.map { level in
            let device = Device(threads: 2, level: level)
            var draws = Draws(seed: 13)
            let x = draws.tensor([1, 31, 130], on: device)
            return linear(x, LinearWeights(draws.tensor([77, 130], on: device)), bias: nil).scalars
        }
        #expect(results.allSatisfy { $0 == results.first })
    }

    @Test func allocatesNothingAfterTheFirstTime() {
        var draws = Draws(seed: 14)
        let x = draws.tensor([2, 77, 67], on: device)
        let weights = LinearWeights(draws.tensor([190, 67], on: device))
        _ = linear(x, weights, bias: nil)
        let before = device.arenaStatistics.allocationCount
        _ = linear(x, weights, bias: nil)
        #expect(device.arenaStatistics.allocationCount == before)
    }

    @Test func passesNaNOn() {
        let weights = LinearWeights(Tensor(repeating: 0, shape: [5, 3], on: device))
        let x = Tensor([1, .nan, 1, 1, 1, 1], shape: [1, 2, 3], on: device)
        let y = linear(x, weights, bias: nil).scalars
        #expect(y[..<5].allSatisfy { $0.isNaN })
        #expect(y[5...].allSatisfy { $0 == 0 })
    }
}
