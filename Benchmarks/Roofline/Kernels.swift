import Tensors

/// The kernels of a guidance step of Stable Diffusion 2 at 512 px, two images, in a device's precision.
struct Kernels {
    let device: Device

    private let images = 2
    private let headWidth = 64

    init(device: Device) { self.device = device }

    var all: [Kernel] {
        var kernels = [
            linear(rows: 8192, 320, 320), linear(rows: 8192, 1280, 320), linear(rows: 2048, 640, 640),
            linear(rows: 512, 1280, 1280), gated(rows: 8192, 320, 1280), gated(rows: 512, 1280, 5120),
            attention(queries: 4096, keys: 4096, heads: 5), attention(queries: 1024, keys: 1024, heads: 10),
            attention(queries: 4096, keys: 77, heads: 5), convolution(side: 64, 320, by: .direct),
            convolution(side: 16, 1280, by: .direct), groupNorm(side: 64, 320), layerNorm(rows: 8192, 320),
        ]
        guard device.precision != .fp32 else { return kernels }
        kernels += [
            convolution(side: 64, 320, by: .winograd2x2), convolution(side: 64, 320, by: .winograd4x4),
            convolution(side: 16, 1280, by: .winograd4x4), convolution(side: 8, 1280, by: .winograd2x2),
        ]
        return kernels
    }

    private var bound: Peak.Kind { device.precision == .fp32 ? .fp32 : .bf16 }

    private func random(_ shape: [Int]) -> Tensor {
        Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1) }, shape: shape, on: device)
    }

    private func linear(rows: Int, _ inputs: Int, _ outputs: Int) -> Kernel {
        let (x, weights) = (Operand(random([rows, inputs])), LinearWeights(random([outputs, inputs])))
        let (bias, residual) = (random([outputs]), random([rows, outputs]))
        return Kernel(
            name: "linear, \(rows) rows, \(inputs) → \(outputs)", bound: bound,
            work: 2 * Double(rows * inputs * outputs)
        ) {
            _ = Tensors.linear(x, weights, bias: bias, residual: residual)
        }
    }

    private func gated(rows: Int, _ inputs: Int, _ outputs: Int) -> Kernel {
        let (x, weights) = (Operand(random([rows, inputs])), LinearWeights(random([2 * outputs, inputs])))
        let bias = random([2 * outputs])
        return Kernel(
            name: "linear and GEGLU, \(rows) rows, \(inputs) → 2 x \(outputs)", bound: bound,
            work: 4 * Double(rows * inputs * outputs)
        ) {
            _ = linearGEGLU(x, weights, bias: bias)
        }
    }

    private func attention(queries: Int, keys: Int, heads: Int) -> Kernel {
        let query = Operand(random([images, queries, heads * headWidth]))
        let key = Operand(random([images, keys, heads * headWidth]))
        let memory = KeysAndValues(key: key, value: key, heads: heads)
        return Kernel(
            name: "attention, \(queries) queries to \(keys) keys, \(heads) heads", bound: bound,
            work: 4 * Double(images * queries * keys * heads * headWidth)
        ) {
            _ = Tensors.attention(query: query, over: memory)
        }
    }

    private func convolution(side: Int, _ channels: Int, by algorithm: ConvolutionAlgorithm) -> Kernel {
        let x = Operand(random([images, side, side, channels]))
        let weights = ConvolutionWeights(random([channels, channels, 3, 3]))
        let bias = random([channels])
        let multiplied = algorithm.products(height: side, width: side)
        return Kernel(
            name: "3x3 convolution, \(side) x \(side), \(channels) channels, \(algorithm)", bound: bound,
            work: 2 * Double(images * multiplied * channels * channels)
        ) {
            _ = convolve(x, weights, bias: bias, stride: 1, padding: .symmetric(1), by: algorithm)
        }
    }

    private func groupNorm(side: Int, _ channels: Int) -> Kernel {
        let x = random([images, side, side, channels])
        let (scale, shift) = (random([channels]), random([channels]))
        return Kernel(
            name: "group norm and SiLU, \(side) x \(side), \(channels) channels", bound: .memory,
            // Read twice, written once.
            work: Double(x.count * (2 * 4 + device.precision.byteCount))
        ) {
            _ = Tensors.groupNorm(x, scale: scale, shift: shift, groups: 32, epsilon: 1e-5, silu: true)
        }
    }

    private func layerNorm(rows: Int, _ width: Int) -> Kernel {
        let x = random([rows, width])
        let (scale, shift) = (random([width]), random([width]))
        return Kernel(
            name: "layer norm, \(rows) rows of \(width)", bound: .memory,
            work: Double(x.count * (4 + device.precision.byteCount))
        ) {
            _ = layerNormOperand(x, scale: scale, shift: shift, epsilon: 1e-5)
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
