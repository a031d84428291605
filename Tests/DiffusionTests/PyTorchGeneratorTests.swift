import Diffusion
import TestSupport
import Tensors
import Testing

@Suite struct PyTorchGeneratorTests {
    @Test("draws what torch.randn draws", arguments: [0, 1, 42, 1 << 31, 1 << 32 - 1], [1, 15, 16, 17, 256, 1000])
    func matchesPyTorch(seed: Int, count: Int) throws {
        var generator = PyTorchGenerator(seed: UInt64(seed))
        let expected = try Golden("schedulers/normals.safetensors").floats("\(seed).\(count)")
        expectClose(generator.normals(count), expected, absolute: 1e-6, "\(count) of seed \(seed)")
    }

    @Test func continuesOneStreamAcrossShortAndLongDraws() throws {
        var generator = PyTorchGenerator(seed: 7)
        let drawn = [3, 5, 16, 17, 2, 1, 40].flatMap { generator.normals($0) }
        expectClose(drawn, try Golden("schedulers/normals.safetensors").floats("sequence"), absolute: 1e-6)
    }

    @Test func foldsSeedsToThirtyTwoBits() {
        var (folded, plain) = (PyTorchGenerator(seed: 5 << 32 + 3), PyTorchGenerator(seed: 3))
        #expect(folded.normals(20) == plain.normals(20))
    }

    @Test func laysNoiseOutChannelsLast() {
        var noise = LatentNoise(seed: 9, shape: [1, 3, 4, 2], on: .forTests)
        var generator = PyTorchGenerator(seed: 9)
        let planes = generator.normals(24)
        let expected = (0..<24).map { planes[$0 % 2 * 12 + $0 / 2] }
        #expect(noise.next().scalars == expected)
    }
}
