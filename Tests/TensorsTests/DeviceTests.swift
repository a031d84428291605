import Dispatch
import Glibc
import Synchronization
import TestSupport
import Testing
import Tensors

@Suite struct DeviceTests {
    @Test("gives the same bits on any number of threads", arguments: [2, 3, 5])
    func isIndependentOfThreads(threads: Int) {
        #expect(chain(on: Device(threads: threads)) == chain(on: Device(threads: 1)))
    }

    @Test func servesCallersFromManyThreads() {
        let device = Device(threads: 3)
        let expected = chain(on: Device(threads: 1))
        let wrong = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<20 where chain(on: device) != expected { wrong.withLock { $0 += 1 } }
        }
        #expect(wrong.withLock { $0 } == 0)
    }

    @Test("finishes loops of every length, awake or asleep", arguments: [1, 2, 4])
    func runsManyShortLoops(threads: Int) {
        let device = Device(threads: threads)
        for round in 0..<2000 {
            let count = 16384 * (round % 5) + round
            let sum =
                Tensor(repeating: 1, shape: [count], on: device) + Tensor(repeating: 2, shape: [count], on: device)
            #expect(sum.count == count && sum.isFinite)
            if round % 100 == 0 {
                #expect(sum.scalars.allSatisfy { $0 == 3 })
                usleep(200)  // longer than workers spin, so that they sleep
            }
        }
    }

    @Test func startsAndStops() {
        for threads in 1...20 { #expect(Device(threads: threads).threadCount == threads) }
    }

    @Test func reusesMemory() {
        let device = Device(threads: 1)
        for _ in 0..<10 { _ = Tensor(repeating: 0, shape: [1000], on: device) }
        let statistics = device.arenaStatistics
        #expect(statistics.allocationCount == 1)
        #expect(statistics.liveBytes == 0)
        #expect(statistics.heldBytes == 4032)
        #expect(statistics.peakLiveBytes == 4032)
    }

    @Test func copiesOnWrite() {
        let device = Device(threads: 1)
        let a = Tensor([1, 2], shape: [2], on: device)
        let b = 2 * a
        let c = 2 * b[0..<1]
        #expect(a.scalars == [1, 2])
        #expect(b.scalars == [2, 4])
        #expect(c.scalars == [4])
    }

    /// A few operations of more tiles than threads.
    private func chain(on device: Device) -> [Float] {
        let x = Tensor(noise(60_000, scale: 3), shape: [1, 1000, 60], on: device)
        let scale = Tensor(noise(60, seed: 4), shape: [60], on: device)
        let y = groupNorm(x, scale: scale, shift: scale, groups: 20, epsilon: 1e-5, silu: true).tensor + x
        return softmax(layerNorm(gelu(y, .exact), scale: scale, shift: scale, epsilon: 1e-5)).scalars
    }
}
