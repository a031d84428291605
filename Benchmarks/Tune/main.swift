import Tensors

// Times all ways to compute a 3x3 convolution in bfloat16, in turn, and prints the source of `ConvolutionTable`: for each
// number of channels, from how many pixels on each of Winograd's transforms is the faster at every size that was timed.
//     liminal-tune > Sources/Tensors/ConvolutionTable.swift

let device = Device(threads: 2, precision: .bf16)
let clock = ContinuousClock()
let sides = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
let shortest = Duration.milliseconds(300)
let noticeable = 1.05  // less is noise
let worthwhile = 1.15  // of an algorithm that errs more

/// The least time that each algorithm takes for a guidance step's pair of maps.
func times(side: Int, channels: Int) -> [ConvolutionAlgorithm: Duration] {
    let x = Operand(Tensor(repeating: 0.5, shape: [2, side, side, channels], on: device))
    let weight = Tensor(repeating: 0.25, shape: [channels, channels, 3, 3], on: device)
    let weights = ConvolutionWeights(weight)
    var least: [ConvolutionAlgorithm: Duration] = [:]
    let end = clock.now + shortest
    repeat {
        for algorithm in ConvolutionAlgorithm.allCases {
            let start = clock.now
            _ = convolve(x, weights, bias: nil, stride: 1, padding: .symmetric(1), by: algorithm)
            least[algorithm] = min(least[algorithm] ?? .seconds(9), clock.now - start)
        }
    } while clock.now < end
    return least
}

/// From how many pixels on the second algorithm takes less than the first, as far as `times` go from small to large.
func pixels(
    _ times: [[ConvolutionAlgorithm: Duration]], _ algorithm: ConvolutionAlgorithm, over other: ConvolutionAlgorithm,
    by least: Double
) -> Int {
    let wins = times.map { ($0[other] ?? .zero) / ($0[algorithm] ?? .seconds(9)) > least }
    let first = wins.lastIndex(of: false).map { $0 + 1 } ?? 0
    return first < sides.count ? sides[first] * sides[first] : Int.max
}

var rows: [String] = []
for channels in [32, 64, 128, 256, 320, 512, 640, 1280] {
    let found = sides.map { times(side: $0, channels: channels) }
    for (side, least) in zip(sides, found) {
        let words = ConvolutionAlgorithm.allCases.map { "\($0) \((least[$0] ?? .zero) / .microseconds(1)) us" }
        print("// \(channels) channels, \(side) x \(side): \(words.joined(separator: ", "))")
    }
    let small = pixels(found, .winograd2x2, over: .direct, by: noticeable)
    let large = pixels(found, .winograd4x4, over: .winograd2x2, by: worthwhile)
    rows.append("(\(channels), \(small), \(max(small, large)))")
}
print(
    """
    /// From how many pixels on each of Winograd's transforms is the faster, by the smaller number of channels (`make tune`).
    enum ConvolutionTable {
        static let rows: [(channels: Int, winograd2x2: Int, winograd4x4: Int)] = [
            \(rows.joined(separator: ",\n        ")),
        ]
    }
    """)
