import Layers
import TestSupport
import Tensors
import Testing

@Suite struct LowRankTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func tensor(_ scalars: [Float], _ shape: [Int]) -> Tensor { Tensor(scalars, shape: shape, on: .forTests) }

    private func weights(_ entries: [SafetensorsFixture.Entry]) throws -> Weights {
        let path = try folder.write(SafetensorsFixture.file(entries), to: "model.safetensors")
        return try Weights(contentsOf: path, on: .forTests)
    }

    private func layer() throws -> Linear {
        let weights = try weights([
            .init("fc.weight", shape: [2, 3], [1, 2, 3, 4, 5, 6]), .init("fc.bias", shape: [2], [10, 20]),
        ])
        return try Linear(weights["fc"], inputs: 3, outputs: 2)
    }

    /// A term of rank 1 and one of rank 2 for `layer`.
    private var terms: [LowRank] {
        [
            LowRank(down: tensor([1, 0, 1], [1, 3]), up: tensor([2, -1], [2, 1])),
            LowRank(down: tensor([0, 1, 0, 1, 1, 1], [2, 3]), up: tensor([1, 0, 0, 1], [2, 2])),
        ]
    }

    @Test func addsEachTermTimesItsScale() throws {
        var layer = try layer()
        var adapters = AdapterSet()
        adapters.add(["fc": terms[0]], scale: 0.5)
        adapters.add(["fc": terms[1]], scale: -2)
        layer.adapt(&adapters)
        // x · weightᵀ + bias is 24 and 52; the terms add 0.5 · (8, -4) and -2 · (2, 6).
        let (x, residual) = (tensor([1, 2, 3], [1, 3]), tensor([100, 200], [1, 2]))
        #expect(layer(x).scalars == [24, 38])
        #expect(layer(x, residual: residual).scalars == [124, 238])
        #expect(adapters.leftPaths == [] && adapters.layers == ["fc": LayerShape(inputs: 3, outputs: 2)])
    }

    @Test func leavesTheLayerThatWasCopiedAsItWas() throws {
        let plain = try layer()
        var adapted = plain
        var adapters = AdapterSet()
        adapters.add(["fc": terms[0]], scale: 1)
        adapted.adapt(&adapters)
        let x = tensor([1, 2, 3], [1, 3])
        #expect(plain(x).scalars == [24, 52] && adapted(x).scalars == [32, 48])
        var none = AdapterSet()
        adapted.adapt(&none)
        #expect(adapted(x).scalars == [24, 52])
    }

    @Test func leavesWhatNoLayerTakes() throws {
        var layer = try layer()
        var adapters = AdapterSet()
        adapters.add(["fc": terms[0], "fc2": terms[0], "gone": terms[0]], scale: 0)
        #expect(adapters.leftPaths == [])
        adapters.add(["fc": terms[0], "fc2": terms[0]], scale: 1)
        layer.adapt(&adapters)
        #expect(adapters.leftPaths == ["fc2"])
    }

    @Test(
        "convolves by the layer's own kernel and stride",
        arguments: [
            (1, [25.5, 44.5, 35.5, 58.5, 95.5, 72.5, 55.5, 86.5, 65.5]), (2, [25.5, 35.5, 55.5, 65.5]),
        ] as [(Int, [Float])])
    func convolves(stride: Int, expected: [Float]) throws {
        let weights = try weights([
            .init("conv.weight", shape: [1, 1, 3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0]),
            .init("conv.bias", shape: [1], [0.5]),
        ])
        let term = LowRank(down: tensor(Array(repeating: 1, count: 9), [1, 1, 3, 3]), up: tensor([2], [1, 1]))
        var layer = try Conv2D(weights["conv"], inputs: 1, outputs: 1, stride: stride)
        var adapters = AdapterSet()
        adapters.add(["conv": term], scale: 1)
        layer.adapt(&adapters)
        // Each pixel, and twice the sum of those around it.
        #expect(layer(tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])).scalars == expected)
        #expect(adapters.layers == ["conv": LayerShape(inputs: 1, outputs: 1, kernel: 3)])
    }
}
