import Tensors
import TestSupport
import Testing

/// Agreement with PyTorch 2.13, whose results `Tools/golden_tensors.py` writes.
@Suite struct PyTorchTests {
    /// An operation and the name of its result.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let compute: @Sendable (Inputs) throws -> Tensor

        init(_ name: String, _ compute: @escaping @Sendable (Inputs) throws -> Tensor) {
            testDescription = name
            self.compute = compute
        }
    }

    /// The golden inputs on a device.
    struct Inputs {
        let golden: Golden
        let device: Device

        func callAsFunction(_ name: String) throws -> Tensor { try golden.tensor(name, on: device) }
    }

    static let cases = [
        Case("silu") { try silu($0("x")) },
        Case("gelu") { try gelu($0("x"), .exact) },
        Case("gelu_tanh") { try gelu($0("x"), .tanh) },
        Case("gelu_quick") { try gelu($0("x"), .quick) },
        Case("tanh") { try tanh($0("x")) },
        Case("softmax") { try softmax($0("x")) },
        Case("normalized") { try $0("x").normalized() },
        Case("geglu") { try geglu($0("gated")) },
        Case("layer_norm") { try layerNorm($0("x"), scale: $0("scale"), shift: $0("shift"), epsilon: 1e-5) },
        Case("group_norm") { try groups($0, silu: false) },
        Case("group_norm_silu") { try groups($0, silu: true) },
        Case("upsampled") { Operand(upsampling: try firstChannels($0), height: 18, width: 22).tensor },
        Case("upsampled_unevenly") { Operand(upsampling: try firstChannels($0), height: 13, width: 29).tensor },
    ]

    @Test("agrees with PyTorch", arguments: cases, KernelLevel.supported)
    func agrees(operation: Case, level: KernelLevel) throws {
        let golden = try Golden("tensors/operations.safetensors")
        let inputs = Inputs(golden: golden, device: Device(threads: 2, level: level))
        let name = operation.testDescription
        expectClose(try operation.compute(inputs), try inputs(name), absolute: 1e-7, relative: 5e-7, name)
    }

    private static func groups(_ inputs: Inputs, silu: Bool) throws -> Tensor {
        try groupNorm(
            inputs("maps"), scale: inputs("map_scale"), shift: inputs("map_shift"), groups: 8, epsilon: 1e-5, silu: silu
        ).tensor
    }

    /// The first three channels, which is what the script resizes.
    private static func firstChannels(_ inputs: Inputs) throws -> Tensor {
        let maps = try inputs("maps")
        let pixels = maps.reshaped([maps.count / 24, 24]).scalars
        let kept = pixels.indices.filter { $0 % 24 < 3 }.map { pixels[$0] }
        return Tensor(kept, shape: [2, 9, 11, 3], on: inputs.device)
    }
}
