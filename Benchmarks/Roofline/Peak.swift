import Dispatch
import Peaks

/// What a number of threads of this machine can do at most, measured.
struct Peak {
    enum Kind: String, CaseIterable {
        case fp32, bf16, int8, memory
    }

    let kind: Kind
    /// Thousands of millions of operations a second (a multiplication and an addition are two), or of bytes.
    let rate: Double

    /// What the rate is counted in.
    var unit: String {
        switch kind {
        case .fp32, .bf16: "GFLOP/s"
        case .int8: "GOP/s"
        case .memory: "GB/s"
        }
    }

    private static let rounds = 5_000_000
    private static let floats = 1 << 26  // 256 MiB: more than the caches hold
    private static let repetitions = 9

    /// The peaks of everything that this CPU has.
    static func all(threads: Int) -> [Peak] {
        let memory = [Float](repeating: 1, count: threads * floats)
        let works: [(Kind, @Sendable (Int) -> Double)] = [
            (.fp32, { _ in peak_f32(rounds) }), (.bf16, { _ in peak_bf16(rounds) }),
            (.int8, { _ in peak_int8(rounds) }),
            (.memory, { read(memory[$0 * floats..<($0 + 1) * floats]) }),
        ]
        return works.map { Peak($0, threads: threads, work: $1) }.filter { $0.rate > 0 }
    }

    private static func read(_ memory: ArraySlice<Float>) -> Double {
        memory.withUnsafeBufferPointer { peak_read($0.baseAddress, $0.count) }
    }

    /// The best of several repetitions, in which every thread does the same amount of work.
    private init(_ kind: Kind, threads: Int, work: @Sendable (Int) -> Double) {
        let clock = ContinuousClock()
        let amount = Double(threads) * work(0)
        var best = Duration.seconds(1000)
        for _ in 0..<Self.repetitions {
            let start = clock.now
            DispatchQueue.concurrentPerform(iterations: threads) { _ = work($0) }
            best = min(best, clock.now - start)
        }
        (self.kind, rate) = (kind, amount / (best / .seconds(1)) / 1e9)
    }
}
