import Tensors
import TestSupport
import Testing

@Suite struct ElementwiseTests {
    @Test(arguments: KernelLevel.supported)
    func addsAndSubtractsAndScales(level: KernelLevel) {
        let device = Device(threads: 2, level: level)
        for count in [0, 1, 15, 33, 40001] {
            let (a, b) = (noise(count), noise(count, seed: 2))
            let (x, y) = (Tensor(a, shape: [count], on: device), Tensor(b, shape: [count], on: device))
            #expect((x + y).scalars == zip(a, b).map { $0 + $1 })
            #expect((x - y).scalars == zip(a, b).map { $0 - $1 })
            #expect((3 * x).scalars == a.map { 3 * $0 })
            #expect((x / 3).scalars == a.map { $0 / 3 })
            expectClose(weightedSum(0.25, x, -2, y).scalars, zip(a, b).map { 0.25 * $0 - 2 * $1 }, absolute: 1e-6)
            #expect(x.clamped(to: -0.5...0.25).scalars == a.map { min(max($0, -0.5), 0.25) })
        }
    }

    @Test(arguments: KernelLevel.supported)
    func addsChannels(level: KernelLevel) {
        let device = Device(threads: 2, level: level)
        let x = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], shape: [2, 2, 1, 3], on: device)
        let shared = Tensor([10, 20, 30], shape: [3], on: device)
        let perImage = Tensor([10, 20, 30, 100, 200, 300], shape: [2, 3], on: device)
        #expect(x.addingChannels(shared).scalars == [11, 22, 33, 14, 25, 36, 17, 28, 39, 20, 31, 42])
        #expect(x.addingChannels(perImage).scalars == [11, 22, 33, 14, 25, 36, 107, 208, 309, 110, 211, 312])
    }

    @Test(arguments: KernelLevel.supported)
    func findsWhatIsNotFinite(level: KernelLevel) {
        let device = Device(threads: 1, level: level)
        #expect(Tensor(noise(100, scale: .greatestFiniteMagnitude), shape: [100], on: device).isFinite)
        #expect(Tensor([], shape: [0], on: device).isFinite)
        for (position, value) in [(0, Float.nan), (17, .infinity), (63, -.infinity), (99, -.nan)] {
            var scalars = noise(100)
            scalars[position] = value
            #expect(!Tensor(scalars, shape: [100], on: device).isFinite)
        }
    }

    @Test func writesInPlaceWhereNoOtherTensorLooks() {
        let device = Device(threads: 1)
        let before = device.arenaStatistics.allocationCount
        let y = silu(
            2 * (Tensor(noise(1000), shape: [1000], on: device) + Tensor(noise(1000), shape: [1000], on: device)))
        #expect(y.count == 1000)
        #expect(device.arenaStatistics.allocationCount - before == 2)
    }

    @Test func copiesWhatAnotherTensorSees() {
        let device = Device(threads: 1)
        let x = Tensor([1, -2, 3], shape: [3], on: device)
        let view = x[0..<2]
        let y = relu(x)
        #expect(y.scalars == [1, 0, 3])
        #expect(x.scalars == [1, -2, 3])
        #expect((5 * view).scalars == [5, -10])
        #expect(x.scalars == [1, -2, 3])
    }

    @Test func refusesMismatchedShapes() async {
        await #expect(processExitsWith: .failure) {
            let device = Device(threads: 1)
            _ = Tensor([1, 2], shape: [2], on: device) + Tensor([1, 2], shape: [1, 2], on: device)
        }
    }
}
