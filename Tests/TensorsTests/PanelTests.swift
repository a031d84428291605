import Dispatch
import TestSupport
import Tensors
import Testing

/// A weight in a file, and what its scalars are once they are rounded.
struct PanelCase: Sendable, CustomTestStringConvertible {
    let level: KernelLevel
    let precision: Precision
    let type: ScalarType
    let inputs: Int
    let outputs: Int
    var kernel = 1

    var testDescription: String { "\(level) \(precision) \(type): \(outputs) x \(inputs) x \(kernel)²" }

    /// Inputs, outputs and kernel.
    private static let sizes = [
        (1, 1, 1), (2, 33, 1), (7, 5, 1), (36, 31, 3), (37, 65, 3), (300, 40, 1), (4, 3, 3), (5, 34, 2), (6, 2, 4),
    ]

    static let all = KernelLevel.supported.flatMap { level in
        [Precision.fp32, .bf16].flatMap { precision in
            [ScalarType.float32, .float16, .bfloat16].flatMap { type in
                sizes.map { inputs, outputs, kernel in
                    PanelCase(
                        level: level, precision: precision, type: type, inputs: inputs, outputs: outputs,
                        kernel: kernel)
                }
            }
        }
    }

    var shape: [Int] { kernel == 1 ? [outputs, inputs] : [outputs, inputs, kernel, kernel] }

    /// As the file holds them, one byte from its beginning.
    func stored(_ scalars: [Float]) throws -> StoredTensor {
        let bytes: [UInt8] =
            switch type {
            case .float32: scalars.withUnsafeBytes { Array($0) }
            case .float16: scalars.map { Float16($0) }.withUnsafeBytes { Array($0) }
            case .bfloat16: scalars.map { UInt16($0.bitPattern >> 16) }.withUnsafeBytes { Array($0) }
            }
        let file = try TemporaryFile([0] + bytes)
        return StoredTensor(mapped: try MappedFile(path: file.path), byteOffset: 1, type: type, shape: shape)
    }

    /// To the nearest bfloat16, of two equally near ones the even one.
    func rounded(_ scalar: Float) -> Float {
        guard precision != .fp32 else { return scalar }
        let bits = scalar.bitPattern
        return Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
    }
}

@Suite struct PanelTests {
    @Test("lays out what a file holds", arguments: PanelCase.all)
    func layOut(of test: PanelCase) throws {
        let device = Device(threads: 2, level: test.level, precision: test.precision)
        let stored = try test.stored(noise(test.shape.reduce(1, *)))
        let scalars = stored.tensor(on: device).scalars
        let taps = test.kernel * test.kernel
        let expected = (0..<test.inputs).flatMap { input in
            (0..<taps).flatMap { tap in
                (0..<test.outputs).map { test.rounded(scalars[($0 * test.inputs + input) * taps + tap]) }
            }
        }
        #expect(products(of: stored, test, on: device) == expected)
        #expect(products(of: stored.deferred, test, on: device) == expected)
    }

    @Test func laysOutLaterAndOnce() throws {
        let test = PanelCase(level: .best, precision: .fp32, type: .float16, inputs: 300, outputs: 64)
        let device = Device(threads: 2)
        let weights = LinearWeights(try test.stored(noise(300 * 64)).deferred, on: device)
        #expect(device.arenaStatistics.liveBytes == 0)
        let x = Tensor(noise(300), shape: [1, 300], on: device)
        let before = device.arenaStatistics.liveBytes
        DispatchQueue.concurrentPerform(iterations: 4) { _ in _ = linear(x, weights, bias: nil) }
        #expect(device.arenaStatistics.liveBytes - before == 300 * 64 * 4)
    }

    /// The weight's scalars [inputs, taps, outputs], picked by rows that are 1 at one place.
    private func products(of weight: StoredTensor, _ test: PanelCase, on device: Device) -> [Float] {
        let (count, kernel) = (test.inputs, test.kernel)
        let taps = kernel * kernel
        guard kernel > 1 else {
            let rows = (0..<count * count).map { Float($0 / count == $0 % count ? 1 : 0) }
            let x = Tensor(rows, shape: [count, count], on: device)
            return linear(x, LinearWeights(weight, on: device), bias: nil).scalars
        }
        // For each input and tap a map of the kernel's size, which is seen as a whole and is 1 where the tap looks.
        let maps = (0..<count * taps).flatMap { index in
            (0..<taps * count).map { Float($0 / count == index % taps && $0 % count == index / taps ? 1 : 0) }
        }
        let x = Tensor(maps, shape: [count * taps, kernel, kernel, count], on: device)
        return convolve(
            x, ConvolutionWeights(weight, on: device), bias: nil, stride: 1, padding: .symmetric(0), by: .direct
        ).scalars
    }
}
