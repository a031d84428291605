import Tensors

/// The kernels of a guidance step of Stable Diffusion 2 at 512 px, two images, in a device's precision.
struct Kernels {
    let device: Device

    private let images = 2
    private let headWidth = 64

    init(device: Device) { self.device = device }

    var all: [Kernel] {
        [
            linear(rows: 8192, 320, 320), linear(rows: 8192, 1280, 320), linear(rows: 2048, 640, 640),
            linear(rows: 512, 1280, 1280), gated(rows: 8192, 320, 1280), gated(rows: 512, 1280, 5120),
            attention(queries: 4096, keys: 4096, heads: 5), attention(queries: 1024, keys: 1024, heads: 10),
            attention(queries: 4096, keys: 77, heads: 5), convolution(side: 64, 320, by: .direct),
            convolution(side: 16, 1280, by: .direct), groupNorm(side: 64, 320), layerNorm(rows: 8192, 320),
            convolution(side: 64, 320, by: .winograd2x2), convolution(side: 64, 320, by: .winograd4x4),
            convolution(side: 16, 1280, by: .winograd4x4), convolution(side: 8, 1280, by: .winograd2x2),
        ]
    }

    private var bound: Peak.Kind { device.precision == .fp32 ? .fp32 : .bf16 }

    private func random(_ shape: [Int]) -> Tensor {
        var state: UInt32 = 1
        let scalars = (0..<shape.reduce(1, *)).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223  // Numerical Recipes' generator
            return Float(Int32(bitPattern: state)) * 0x1p-31
        }
        return Tensor(scalars, shape: shape, on: device)
    }

    private func linear(rows: Int, _ inputs: Int, _ outputs: Int) -> Kernel {
        let name = "linear, \(rows) rows, \(inputs) → \(outputs)"
        return Kernel(name: name, bound: bound, work: 2 * Double(rows * inputs * outputs)) {
            let (x, weights) = (Operand(random([rows, inputs])), LinearWeights(random([outputs, inputs])))
            let (bias, residual) = (random([outputs]), random([rows, outputs]))
            return { _ = Tensors.linear(x, weights, bias: bias, residual: residual) }
        }
    }

    private func gated(rows: Int, _ inputs: Int, _ outputs: Int) -> Kernel {
        let name = "linear and GEGLU, \(rows) rows, \(inputs) → 2 x \(outputs)"
        return Kernel(name: name, bound: bound, work: 4 * Double(rows * inputs * outputs)) {
            let (x, weights) = (Operand(random([rows, inputs])), LinearWeights(random([2 * outputs, inputs])))
            let bias = random([2 * outputs])
            return { _ = linearGEGLU(x, weights, bias: bias) }
        }
    }

    private func attention(queries: Int, keys: Int, heads: Int) -> Kernel {
        let width = heads * headWidth
        let name = "attention, \(queries) queries to \(keys) keys, \(heads) heads"
        return Kernel(name: name, bound: bound, work: 4 * Double(images * queries * keys * width)) {
            let query = Operand(random([images, queries, width]))
            let key = Operand(random([images, keys, width]))
            let memory = KeysAndValues(key: key, value: key, heads: heads)
            return { _ = Tensors.attention(query: query, over: memory) }
        }
    }

    private func convolution(side: Int, _ channels: Int, by algorithm: ConvolutionAlgorithm) -> Kernel {
        let products = algorithm.products(height: side, width: side)
        let name = "3x3 convolution, \(side) x \(side), \(channels) channels, \(algorithm)"
        return Kernel(name: name, bound: bound, work: 2 * Double(images * products * channels * channels)) {
            let x = Operand(random([images, side, side, channels]))
            let weights = ConvolutionWeights(random([channels, channels, 3, 3]))
            let bias = random([channels])
            return { _ = convolve(x, weights, bias: bias, stride: 1, padding: .symmetric(1), by: algorithm) }
        }
    }

    private func groupNorm(side: Int, _ channels: Int) -> Kernel {
        let name = "group norm and SiLU, \(side) x \(side), \(channels) channels"
        let bytes = 2 * 4 + device.precision.byteCount  // read twice, written once
        return Kernel(name: name, bound: .memory, work: Double(images * side * side * channels * bytes)) {
            let x = random([images, side, side, channels])
            let (scale, shift) = (random([channels]), random([channels]))
            return { _ = Tensors.groupNorm(x, scale: scale, shift: shift, groups: 32, epsilon: 1e-5, silu: true) }
        }
    }

    private func layerNorm(rows: Int, _ width: Int) -> Kernel {
        let bytes = 4 + device.precision.byteCount
        return Kernel(
            name: "layer norm, \(rows) rows of \(width)", bound: .memory, work: Double(rows * width * bytes)
        ) {
            let x = random([rows, width])
            let (scale, shift) = (random([width]), random([width]))
            return { _ = layerNormOperand(x, scale: scale, shift: shift, epsilon: 1e-5) }
        }
    }
}

extension ConvolutionAlgorithm {
    /// How many products of channels a map takes.
    fileprivate func products(height: Int, width: Int) -> Int {
        func tiles(_ side: Int) -> Int { ((height + side - 1) / side) * ((width + side - 1) / side) }
        return switch self {
        case .direct: 9 * height * width
        case .winograd2x2: 16 * tiles(2)
        case .winograd4x4: 36 * tiles(4)
        }
    }
}
