import TestSupport
import Tensors
import Testing

/// Products of 8-bit integers, in plain C and by the CPU's own instructions.
@Suite struct QuantizedProductTests {
    private static let levels = KernelLevel.supported.filter { [.portable, .avx512bf16].contains($0) }
    private static let extents = [
        [1, 128, 1], [1, 1280, 1280], [2, 129, 31], [13, 130, 32], [14, 131, 33], [15, 320, 65], [77, 768, 96],
        [130, 256, 320], [29, 10240, 40], [5, 1283, 130], [3, 32768, 5], [0, 128, 8],
    ]

    private static func device(_ level: KernelLevel, threads: Int = 2) -> Device {
        Device(threads: threads, level: level, precision: .int8)
    }

    /// A product whose operands are what `value` makes of noise.
    private static func product(
        _ extents: [Int], on device: Device, seed: UInt64 = 1, value: (_ index: Int, _ noise: Float) -> Float = { $1 }
    ) -> [Float] {
        let (rows, inputs, outputs) = (extents[0], extents[1], extents[2])
        let x = Tensor(
            noise(rows * inputs, seed: seed).enumerated().map(value), shape: [rows, inputs], on: device)
        let weight = Tensor(
            noise(outputs * inputs, seed: seed + 1).enumerated().map(value), shape: [outputs, inputs], on: device)
        let bias = Tensor(noise(outputs, seed: seed + 2), shape: [outputs], on: device)
        let residual = Tensor(noise(rows * outputs, seed: seed + 3), shape: [rows, outputs], on: device)
        return linear(x, LinearWeights(weight), bias: bias, residual: residual).scalars
    }

    @Test(
        "has the same bits on every level, of every magnitude", arguments: extents,
        [0, 0x1p-140, 0x1p-101, 0x1p-99, 1e-30, 1, 3e4, 1e30, 3e38] as [Float])
    func hasTheSameBits(extents: [Int], magnitude: Float) {
        let results = Self.levels.map { level in
            Self.product(extents, on: Self.device(level)) { $1 * magnitude }.map(\.bitPattern)
        }
        #expect(results.allSatisfy { $0 == results.first })
    }

    @Test("has the same bits on every level where rows hold extremes and repeat them", arguments: extents)
    func hasTheSameBitsOfExtremes(extents: [Int]) {
        let value: (Int, Float) -> Float = { [1, -1, 0.5, -0.5, 0, $1, 127.0 / 254, 1e-6][$0 / 7 % 8] }
        let results = Self.levels.map { level in
            Self.product(extents, on: Self.device(level), value: value).map(\.bitPattern)
        }
        #expect(results.allSatisfy { $0 == results.first })
    }

    /// |Σ x w - Σ x' w'| ≤ Σ |x - x'| |w| + |x'| |w - w'|, where roundings move a scalar by half of its step: of x by
    /// half of max |x| / 127 and, before that, by 2⁻⁸ of itself.
    @Test("agrees with doubles as far as 8 bits can", arguments: extents, levels)
    func matchesDoubles(extents: [Int], level: KernelLevel) {
        let (rows, inputs, outputs) = (extents[0], extents[1], extents[2])
        let device = Self.device(level)
        let (xs, ws) = (noise(rows * inputs), noise(outputs * inputs, seed: 2))
        let y = linear(
            Tensor(xs, shape: [rows, inputs], on: device),
            LinearWeights(Tensor(ws, shape: [outputs, inputs], on: device)),
            bias: nil
        ).scalars
        for row in 0..<rows {
            let x = xs[row * inputs..<(row + 1) * inputs].map(Double.init)
            let step = x.reduce(0) { max($0, abs($1)) } / 127
            let size = x.reduce(0) { $0 + abs($1) }
            for output in Swift.stride(from: 0, to: outputs, by: max(1, outputs / 8)) {
                let w = ws[output * inputs..<(output + 1) * inputs].map(Double.init)
                let weightStep = w.reduce(0) { max($0, abs($1)) } / 127
                let (sum, weightSize) = zip(x, w).reduce((0, 0)) { ($0.0 + $1.0 * $1.1, $0.1 + abs($1.1)) }
                let bound = weightSize * (step / 2 + 0x1p-8) + (size + Double(inputs) * step) * weightStep / 2
                #expect(abs(Double(y[row * outputs + output]) - sum) <= bound)
            }
        }
    }

    @Test("is exact where the scalars are integers that 8 bits hold", arguments: extents, levels)
    func isExact(extents: [Int], level: KernelLevel) {
        let (rows, inputs, outputs) = (extents[0], extents[1], extents[2])
        let device = Self.device(level)
        // The first scalar of a row or column is the largest, so that steps are 1.
        let integers: (Int, UInt64) -> [Float] = { count, seed in
            noise(count * inputs, seed: seed).enumerated().map {
                $0 % inputs == 0 ? ($0 / inputs % 2 == 0 ? 127 : -127) : ($1 * 127).rounded()
            }
        }
        let (xs, ws) = (integers(rows, 5), integers(outputs, 6))
        let expected = (0..<rows * outputs).map { index in
            let (row, output) = index.quotientAndRemainder(dividingBy: outputs)
            return Float((0..<inputs).reduce(0) { $0 + Int(xs[row * inputs + $1]) * Int(ws[output * inputs + $1]) })
        }
        let y = linear(
            Tensor(xs, shape: [rows, inputs], on: device),
            LinearWeights(Tensor(ws, shape: [outputs, inputs], on: device)),
            bias: nil)
        #expect(y.scalars == expected)
    }

    @Test("has the same bits on one, two and three threads and in any batch", arguments: levels)
    func isIndependent(level: KernelLevel) {
        for rows in [1, 4, 77, 300] {
            let results = [1, 2, 3].map { threads in
                Self.product([rows, 320, 190], on: Self.device(level, threads: threads))
            }
            #expect(results[0] == results[1])
            #expect(results[0] == results[2])
        }
        let device = Self.device(level)
        let x = Tensor(noise(3 * 77 * 130), shape: [3, 77, 130], on: device)
        let weights = LinearWeights(Tensor(noise(190 * 130, seed: 2), shape: [190, 130], on: device))
        let together = linear(x, weights, bias: nil)
        for image in 0..<3 {
            #expect(linear(x[image..<image + 1], weights, bias: nil).scalars == together[image..<image + 1].scalars)
        }
    }

    @Test("keeps what is not finite to its row and its column", arguments: levels, [Float.nan, .infinity, -.infinity])
    func passesNaNOn(level: KernelLevel, value: Float) {
        let device = Self.device(level)
        var (x, weight) = (noise(4 * 131), noise(40 * 131))
        x[131 + 130] = value
        weight[33 * 131] = value
        for index in 2 * 131..<3 * 131 { x[index] = 0 }
        let y = linear(
            Tensor(x, shape: [4, 131], on: device), LinearWeights(Tensor(weight, shape: [40, 131], on: device)),
            bias: nil
        ).scalars
        for (index, scalar) in y.enumerated() {
            let (row, column) = index.quotientAndRemainder(dividingBy: 40)
            #expect(scalar.isNaN == (row == 1 || column == 33))
            if row == 2 && column != 33 { #expect(scalar == 0) }
        }
    }

    @Test func multipliesFewInputsAndFeatureMapsAsBfloat16Does() {
        let results = [Precision.bf16, .int8].map { precision in
            let device = Device(threads: 2, precision: precision)
            var x = Tensor(noise(2 * 6 * 6 * 130), shape: [2, 6, 6, 130], on: device)
            for kernel in [1, 3] {
                let weight = Tensor(noise(130 * 130 * kernel * kernel), shape: [130, 130, kernel, kernel], on: device)
                x = convolve(x, ConvolutionWeights(weight), bias: nil, stride: 1, padding: .symmetric(kernel / 2))
            }
            let rows = x.reshaped([2 * 6 * 6 * 130 / 26, 26])
            return linear(rows, LinearWeights(Tensor(noise(40 * 26), shape: [40, 26], on: device)), bias: nil).scalars
        }
        #expect(results[0] == results[1])
    }

    @Test func takesHalfOfTheMemoryOfBfloat16() {
        let bytes = [Precision.bf16, .int8].map { precision in
            let device = Device(threads: 1, precision: precision)
            let weight = Tensor(noise(320 * 1280), shape: [320, 1280], on: device)
            let before = device.arenaStatistics.liveBytes
            let weights = LinearWeights(weight)
            return device.arenaStatistics.liveBytes - before + 0 * weights.inputs
        }
        #expect(bytes[0] == 320 * 1280 * 2)
        #expect(bytes[1] <= 320 * 1280 * 102 / 100)
    }
}
