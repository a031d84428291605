import Glibc
import TestSupport
import Tensors
import Testing

/// The extents of one attention.
struct AttentionCase: Sendable, CustomTestStringConvertible {
    var images = 2
    let queries: Int
    let keys: Int
    let heads: Int
    let depth: Int
    var causal = false

    var testDescription: String {
        "\(images)x\(queries) on \(keys), \(heads) heads of \(depth)" + (causal ? ", causal" : "")
    }

    static let all = [
        AttentionCase(queries: 1, keys: 1, heads: 1, depth: 8),
        AttentionCase(queries: 4, keys: 77, heads: 5, depth: 64),
        AttentionCase(queries: 65, keys: 65, heads: 2, depth: 40),
        AttentionCase(queries: 130, keys: 33, heads: 3, depth: 13),
        AttentionCase(queries: 64, keys: 64, heads: 8, depth: 3),
        AttentionCase(queries: 81, keys: 81, heads: 2, depth: 160),
        AttentionCase(images: 1, queries: 30, keys: 1024, heads: 1, depth: 8),
        AttentionCase(images: 1, queries: 600, keys: 600, heads: 1, depth: 32),
        AttentionCase(images: 1, queries: 29, keys: 1201, heads: 2, depth: 24),
        AttentionCase(queries: 77, keys: 77, heads: 3, depth: 16, causal: true),
        AttentionCase(queries: 150, keys: 150, heads: 2, depth: 24, causal: true),
    ]
}

@Suite struct AttentionTests {
    private let device = Device(threads: 2)

    @Test("agrees with double loops", arguments: AttentionCase.all, Arithmetic.all)
    func matchesDoubleLoops(_ attention: AttentionCase, arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let operands = Operands(of: attention, seed: 8, on: device)
        let result = operands.attended()
        #expect(result.shape == operands.query.shape)
        // Of bfloat16, weights and results have 8 bits.
        expectClose(
            result.scalars, operands.doubleLoops(), absolute: arithmetic.precision == .bf16 ? 2e-3 : 1e-5,
            relative: arithmetic.precision == .bf16 ? 0x1p-8 : 0)
    }

    @Test(
        "agrees with PyTorch", arguments: [("attention", 2, false), ("attention-causal", 2, true)],
        KernelLevel.supported)
    func matchesPyTorch(attention: (name: String, heads: Int, causal: Bool), level: KernelLevel) throws {
        let (golden, device) = (try Golden("products/products.safetensors"), Device(threads: 2, level: level))
        let name = attention.name
        let result = attend(
            try golden.tensor("\(name).query", on: device), try golden.tensor("\(name).key", on: device),
            try golden.tensor("\(name).value", on: device), heads: attention.heads, causal: attention.causal)
        expectClose(result, try golden.tensor("\(name).y"), relative: 2e-6)
    }

    @Test func sharesKeysAndValuesAmongImages() {
        var draws = Draws(seed: 15)
        let query = draws.tensor([4, 9, 24], on: device)
        let key = draws.tensor([2, 7, 24], on: device)
        let value = draws.tensor([2, 7, 24], on: device)
        let shared = attend(query, key, value, heads: 3)
        for image in 0..<4 {
            let prompt = image / 2..<image / 2 + 1
            let alone = attend(query[image..<image + 1], key[prompt], value[prompt], heads: 3)
            #expect(alone.scalars == shared[image..<image + 1].scalars)
        }
    }

    @Test("compares the queries of an image with the keys and values of several", arguments: Arithmetic.all)
    func sharesQueriesAmongKeysAndValues(arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        var draws = Draws(seed: 17)
        let query = draws.tensor([2, 140, 24], on: device)
        let key = draws.tensor([4, 7, 24], on: device)
        let value = draws.tensor([4, 7, 24], on: device)
        let shared = attend(query, key, value, heads: 3)
        #expect(shared.shape == [4, 140, 24])
        #expect(shared.scalars == attend(query.repeatingEach(2), key, value, heads: 3).scalars)
    }

    @Test("attends to keys and values of several lengths, each image to its own", arguments: Arithmetic.all)
    func joinsKeysAndValues(arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        var draws = Draws(seed: 16)
        let query = draws.tensor([6, 9, 24], on: device)
        let pairs = [(1, 40), (2, 7)].map { images, length in
            let shape = [images, length, 24]
            return (key: draws.tensor(shape, on: device), value: draws.tensor(shape, on: device))
        }
        let memories = pairs.map { KeysAndValues(key: Operand($0.key), value: Operand($0.value), heads: 3) }
        let joined = attention(query: Operand(query), over: KeysAndValues(joining: memories)).tensor
        let alone = [0..<2, 2..<6].enumerated().flatMap { index, images in
            attend(query[images], pairs[index].key, pairs[index].value, heads: 3).scalars
        }
        #expect(joined.scalars == alone)
    }

    @Test("has the same bits on one, two and three threads", arguments: AttentionCase.all, Arithmetic.all)
    func isIndependentOfThreads(_ attention: AttentionCase, arithmetic: Arithmetic) {
        let results = [1, 2, 3].map {
            Operands(of: attention, seed: 9, on: arithmetic.device(threads: $0)).attended().scalars
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test("gives an image of a batch the bits it has alone", arguments: AttentionCase.all, Arithmetic.all)
    func isIndependentOfBatch(_ attention: AttentionCase, arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let operands = Operands(of: attention, seed: 10, on: device)
        let together = operands.attended()
        for image in 0..<attention.images {
            let range = image..<image + 1
            let alone = attend(
                operands.query[range], operands.key[range], operands.value[range], heads: attention.heads,
                causal: attention.causal)
            #expect(alone.scalars == together[range].scalars)
        }
    }

    @Test(
        "finds the heaviest keys wherever they are",
        arguments: [0, 8, 64, 256, 1024, 0x1p100] as [Float], Arithmetic.all)
    func followsScoresThatGrow(height: Float, arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        let (queries, keys, depth) = (30, 1301, 8)
        var draws = Draws(seed: 18)
        // Eighths, which bfloat16 holds; some queries find two keys by `height` and more heavier, some as much lighter.
        let eighths = { (count: Int) in
            draws.tensor([count * depth], on: device).scalars.map { ($0 * 8).rounded() / 8 }
        }
        var (query, key) = (eighths(queries), eighths(keys))
        for row in 0..<queries { query[row * depth] = Float(row % 3 - 1) }
        for row in 0..<keys { key[row * depth] = 0 }
        key[900 * depth] = height
        key[1200 * depth] = 2 * height
        let attention = AttentionCase(images: 1, queries: queries, keys: keys, heads: 1, depth: depth)
        let operands = Operands(
            of: attention, query: Tensor(query, shape: [1, queries, depth], on: device),
            key: Tensor(key, shape: [1, keys, depth], on: device),
            value: Tensor(eighths(keys), shape: [1, keys, depth], on: device))
        let result = operands.attended()
        expectClose(
            result.scalars, operands.doubleLoops(), absolute: arithmetic.precision == .bf16 ? 2e-3 : 1e-5,
            relative: arithmetic.precision == .bf16 ? 0x1p-8 : 0)
        for row in 0..<queries {
            let alone = Tensor(
                Array(query[row * depth..<(row + 1) * depth]), shape: [1, 1, depth], on: device)
            let bits = attend(alone, operands.key, operands.value, heads: 1).scalars
            #expect(bits == Array(result.scalars[row * depth..<(row + 1) * depth]))
        }
    }

    @Test func survivesScoresTooLargeToExponentiate() {
        let query = Tensor(repeating: 100, shape: [1, 2, 8], on: device)
        let key = Tensor((0..<24).map { Float($0 / 8) * 100 }, shape: [1, 3, 8], on: device)
        let value = Tensor((0..<24).map { Float($0) }, shape: [1, 3, 8], on: device)
        let result = attend(query, key, value, heads: 1)
        #expect(result.scalars == [16, 17, 18, 19, 20, 21, 22, 23, 16, 17, 18, 19, 20, 21, 22, 23])
    }

    @Test func passesNaNOn() {
        var scalars = [Float](repeating: 1, count: 16)
        scalars[8] = .nan
        let query = Tensor(scalars, shape: [1, 2, 8], on: device)
        let ones = Tensor(repeating: 1, shape: [1, 3, 8], on: device)
        let result = attend(query, ones, ones, heads: 1).scalars
        expectClose(Array(result[..<8]), [Float](repeating: 1, count: 8), absolute: 1e-6)
        #expect(result[8...].allSatisfy { $0.isNaN })
    }

    @Test func allocatesNothingAfterTheFirstTime() {
        let operands = Operands(of: AttentionCase.all[3], seed: 11, on: device)
        _ = operands.attended()
        let before = device.arenaStatistics.allocationCount
        _ = operands.attended()
        #expect(device.arenaStatistics.allocationCount == before)
    }
}

/// Attention among tensors.
private func attend(_ query: Tensor, _ key: Tensor, _ value: Tensor, heads: Int, causal: Bool = false) -> Tensor {
    let memory = KeysAndValues(key: Operand(key), value: Operand(value), heads: heads)
    return attention(query: Operand(query), over: memory, causal: causal).tensor
}

/// Random operands of one attention.
private struct Operands {
    let attention: AttentionCase
    let query: Tensor
    let key: Tensor
    let value: Tensor

    init(of attention: AttentionCase, seed: UInt64, on device: Device) {
        var draws = Draws(seed: seed)
        let features = attention.heads * attention.depth
        self.attention = attention
        query = draws.tensor([attention.images, attention.queries, features], on: device)
        key = draws.tensor([attention.images, attention.keys, features], on: device)
        value = draws.tensor([attention.images, attention.keys, features], on: device)
    }

    init(of attention: AttentionCase, query: Tensor, key: Tensor, value: Tensor) {
        (self.attention, self.query, self.key, self.value) = (attention, query, key, value)
    }

    func attended() -> Tensor {
        attend(query, key, value, heads: attention.heads, causal: attention.causal)
    }

    func doubleLoops() -> [Float] {
        let a = attention
        let features = a.heads * a.depth
        let (q, k, v) = (query.scalars, key.scalars, value.scalars)
        var result = [Float](repeating: 0, count: q.count)
        for (image, t, head) in product(a.images, a.queries, a.heads) {
            let row = (image * a.queries + t) * features + head * a.depth
            let columns = (0..<a.keys).map { (image * a.keys + $0) * features + head * a.depth }
            let scores = columns.enumerated().map { s, column in
                a.causal && s > t
                    ? -Double.infinity
                    : (0..<a.depth).reduce(0) { $0 + Double(q[row + $1]) * Double(k[column + $1]) }
                        / Double(a.depth).squareRoot()
            }
            let largest = scores.max() ?? 0
            let weights = scores.map { exp($0 - largest) }
            let sum = weights.reduce(0, +)
            for i in 0..<a.depth {
                result[row + i] = Float(zip(weights, columns).reduce(0) { $0 + $1.0 * Double(v[$1.1 + i]) } / sum)
            }
        }
        return result
    }

    private func product(_ a: Int, _ b: Int, _ c: Int) -> [(Int, Int, Int)] {
        (0..<a * b * c).map { ($0 / (b * c), $0 / c % b, $0 % c) }
    }
}
