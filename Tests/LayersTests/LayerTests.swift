import JSON
import Layers
import Tensors
import TestSupport
import Testing

@Suite struct LayerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func weights(_ entries: [SafetensorsFixture.Entry]) throws -> Weights {
        let path = try folder.write(SafetensorsFixture.file(entries), to: "model.safetensors")
        return try Weights(contentsOf: path, on: .forTests)
    }

    private func tensor(_ scalars: [Float], _ shape: [Int]) -> Tensor { Tensor(scalars, shape: shape, on: .forTests) }

    @Test func linearMultipliesByRowsAndAddsBiasAndResidual() throws {
        let weights = try weights([
            .init("fc.weight", shape: [2, 3], [1, 2, 3, 4, 5, 6]), .init("fc.bias", shape: [2], [10, 20]),
        ])
        let layer = try Linear(weights["fc"], inputs: 3, outputs: 2)
        let x = tensor([1, 0, -1, 2, 1, 0], [2, 3])
        #expect(layer(x).scalars == [8, 18, 14, 33])
        #expect(layer(x, residual: tensor([1, 2, 3, 4], [2, 2])).scalars == [9, 20, 17, 37])
        try weights.requireAllRead()
    }

    @Test func linearWithoutBiasReadsNone() throws {
        let weights = try weights([.init("fc.weight", shape: [1, 2], [3, 4])])
        #expect(try Linear(weights["fc"], inputs: 2, outputs: 1, bias: false)(tensor([1, 1], [1, 2])).scalars == [7])
        #expect(throws: WeightsError.missing(name: "fc.bias")) { try Linear(weights["fc"], inputs: 2, outputs: 1) }
        #expect(throws: WeightsError.wrongShape(name: "fc.weight", expected: [2, 1], actual: [1, 2])) {
            try Linear(weights["fc"], inputs: 1, outputs: 2, bias: false)
        }
    }

    @Test func convolutionKeepsItsSizeUnlessItStrides() throws {
        let weights = try weights([
            .init("conv.weight", shape: [1, 1, 3, 3], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
            .init("conv.bias", shape: [1], [0.5]),
        ])
        let x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
        let same = try Conv2D(weights["conv"], inputs: 1, outputs: 1)
        #expect(same(x).scalars == [12.5, 21.5, 16.5, 27.5, 45.5, 33.5, 24.5, 39.5, 28.5])
        let strided = try Conv2D(weights["conv"], inputs: 1, outputs: 1, stride: 2)
        #expect(strided(x).scalars == [12.5, 16.5, 24.5, 28.5])
    }

    @Test func normsScaleAndShift() throws {
        let weights = try weights([
            .init("norm.weight", shape: [4], [1, 2, 3, 4]), .init("norm.bias", shape: [4], [0, 0, 0, 1]),
        ])
        let layer = try LayerNorm(weights["norm"], features: 4, epsilon: 0)
        // Mean 1, deviation 1; then mean 0, deviation 2.
        expectClose(
            layer(tensor([0, 2, 0, 2, -2, 2, -2, 2], [2, 4])).tensor.scalars, [-1, 2, -3, 5, -1, 2, -3, 5],
            relative: 1e-6)
        let group = try GroupNorm(weights["norm"], channels: 4, groups: 2, epsilon: 0)
        // Channels 0 and 1 over both places: mean 1, deviation 1; channels 2 and 3: mean 0, deviation 2.
        let x = tensor([0, 2, -2, 2, 2, 0, 2, -2], [1, 1, 2, 4])
        expectClose(group(x).tensor.scalars, [-1, 2, -3, 5, 1, -2, 3, -3], relative: 1e-6)
    }

    @Test func embeddingPicksRowsAndRanges() throws {
        let weights = try weights([.init("table.weight", shape: [3, 2], [1, 2, 3, 4, 5, 6])])
        let table = try Embedding(weights["table"], count: 3, features: 2)
        #expect(table([2, 0, 2]).scalars == [5, 6, 1, 2, 5, 6])
        #expect(table[1..<3].scalars == [3, 4, 5, 6])
    }

    @Test(
        "computes",
        arguments: [
            ("gelu", 0.841344746), ("gelu_new", 0.841191990), ("gelu_pytorch_tanh", 0.841191990),
            ("quick_gelu", 0.845795787), ("relu", 1), ("silu", 0.731058579), ("swish", 0.731058579),
            ("tanh", 0.761594156),
        ] as [(String, Float)])
    func computes(name: String, atOne: Float) throws {
        let activation = try Activation(JSONCursor(.string(name)))
        expectClose(activation(tensor([1, 0], [2])).scalars, [atOne, 0], relative: 1e-6)
    }

    @Test func refusesAnUnknownActivationByName() {
        #expect {
            try Activation(JSONCursor("laplace", pointer: "/hidden_act"))
        } throws: { error in
            guard case .notOneOf("/hidden_act", _, "laplace")? = error as? JSONFieldError else { return false }
            return true
        }
    }
}
