import Tensors

// Times all ways to compute a 3x3 convolution, in turn, and prints the rows of `ConvolutionTable`: for each precision,
// instruction set and number of channels, from how many pixels on each of Winograd's transforms is the faster at every size
// that was timed. What this CPU does not run stays as it was.
//     make tune

let clock = ContinuousClock()
let sides = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
let shortest = Duration.milliseconds(300)
let fewestRounds = 5
let noticeable = 1.05  // less is noise
let worthwhile = 1.15  // of an algorithm that errs more

/// One run of each algorithm, in turn.
typealias Round = [ConvolutionAlgorithm: Duration]

/// Rounds for a guidance step's pair of maps.
func rounds(side: Int, channels: Int, on device: Device) -> [Round] {
    let x = Operand(Tensor(repeating: 0.5, shape: [2, side, side, channels], on: device))
    let weight = Tensor(repeating: 0.25, shape: [channels, channels, 3, 3], on: device)
    let weights = ConvolutionWeights(weight)
    func round() -> Round {
        var round: Round = [:]
        for algorithm in ConvolutionAlgorithm.allCases {
            round[algorithm] = clock.measure {
                _ = convolve(x, weights, bias: nil, stride: 1, padding: .symmetric(1), by: algorithm)
            }
        }
        return round
    }
    _ = round()  // takes memory
    var rounds: [Round] = []
    let end = clock.now + shortest
    repeat { rounds.append(round()) } while clock.now < end || rounds.count < fewestRounds
    return rounds
}

/// How many times as long as another an algorithm takes, the median of the rounds: whatever slows the machine down slows
/// a whole round down.
func ratio(_ rounds: [Round], _ algorithm: ConvolutionAlgorithm, to other: ConvolutionAlgorithm) -> Double {
    let ratios = rounds.map { ($0[algorithm] ?? .zero) / ($0[other] ?? .seconds(9)) }
    return ratios.sorted()[ratios.count / 2]
}

/// From how many pixels on ratios, which go from small maps to large ones, are large enough.
func pixels(_ ratios: [Double], above least: Double) -> Int {
    let first = ratios.lastIndex { $0 < least }.map { $0 + 1 } ?? 0
    return first < sides.count ? sides[first] * sides[first] : Int.max
}

/// Which algorithm is the fastest, row by row.
func tuned(_ name: String, on device: Device) -> [ConvolutionTable.Row] {
    [32, 64, 128, 256, 320, 512, 640, 1280].map { channels in
        let found = sides.map { rounds(side: $0, channels: channels, on: device) }
        let small = found.map { ratio($0, .direct, to: .winograd2x2) }
        let large = found.map { ratio($0, .winograd2x2, to: .winograd4x4) }
        for (index, side) in sides.enumerated() {
            let percents = [small, large].map { Int($0[index] * 100) }
            print(
                "// timed: \(name), \(channels) channels, \(side) x \(side): direct to 2x2 \(percents[0]) %, "
                    + "2x2 to 4x4 \(percents[1]) %")
        }
        let first = pixels(small, above: noticeable)
        return (channels, first, max(first, pixels(large, above: worthwhile)))
    }
}

/// The source of a list of rows.
func source(_ name: String, _ precision: Precision, _ level: KernelLevel) -> String {
    let rows =
        KernelLevel.supported.contains(level)
        ? tuned(name, on: Device(threads: 2, level: level, precision: precision))
        : ConvolutionTable.rows(of: precision, on: level)
    let lines = rows.map { row in
        let pixels = [row.winograd2x2, row.winograd4x4].map { $0 == .max ? ".max" : "\($0)" }
        return "        (\(row.channels), \(pixels[0]), \(pixels[1])),\n"
    }
    return "    static let \(name): [Row] = [\n\(lines.joined())    ]"
}

print(
    """
    // Written by `make tune`.

    extension ConvolutionTable {
    \(source("avx2", .fp32, .avx2))

    \(source("avx512", .fp32, .avx512))

    \(source("bf16", .bf16, .avx512bf16))
    }
    """)
