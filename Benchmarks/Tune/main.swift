import Tensors

// Times both ways to compute a 3x3 convolution in bfloat16, in turn, and prints the source of `ConvolutionTable`: for
// each number of channels, from how many pixels on Winograd's transform is the faster at every size that was timed.
//     liminal-tune > Sources/Tensors/ConvolutionTable.swift

let device = Device(threads: 2, precision: .bf16)
let clock = ContinuousClock()
let sides = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48]
let rounds = 9

/// The least time of each algorithm for a guidance step's pair of maps.
func times(side: Int, channels: Int) -> [ConvolutionAlgorithm: Duration] {
    let x = Operand(Tensor(repeating: 0.5, shape: [2, side, side, channels], on: device))
    let weight = Tensor(repeating: 0.25, shape: [channels, channels, 3, 3], on: device)
    let weights = ConvolutionWeights(weight)
    var least: [ConvolutionAlgorithm: Duration] = [:]
    for _ in 0..<rounds {
        for algorithm in ConvolutionAlgorithm.allCases {
            let start = clock.now
            _ = convolve(x, weights, bias: nil, stride: 1, padding: .symmetric(1), by: algorithm)
            least[algorithm] = min(least[algorithm] ?? .seconds(9), clock.now - start)
        }
    }
    return least
}

var rows: [String] = []
for channels in [32, 64, 128, 256, 320, 512, 640, 1280] {
    let wins = sides.map { side in
        let least = times(side: side, channels: channels)
        let ratio = (least[.direct] ?? .zero) / (least[.winograd] ?? .seconds(1))
        print("// \(channels) channels, \(side) x \(side): \(Int(ratio * 100)) %")
        return ratio > 1.05  // less is noise
    }
    let first = wins.lastIndex(of: false).map { $0 + 1 } ?? 0
    if first < sides.count { rows.append("(\(channels), \(sides[first] * sides[first]))") }
}
print(
    """
    /// From how many pixels on Winograd's transform is the faster, by the smaller number of channels (`make tune`).
    enum ConvolutionTable {
        static let rows: [(channels: Int, pixels: Int)] = [
            \(rows.joined(separator: ", ")),
        ]
    }
    """)
