import Tensors
import TestSupport
import Testing

@Suite struct GatherTests {
    private let device = Device(threads: 2)

    @Test func stacksAlongTheFirstAxis() {
        let a = Tensor([1, 2, 3, 4], shape: [2, 2], on: device)
        let b = Tensor([5, 6], shape: [1, 2], on: device)
        let joined = Tensor.stacked([a, b, a[1..<2]])
        #expect(joined.shape == [4, 2])
        #expect(joined.scalars == [1, 2, 3, 4, 5, 6, 3, 4])
    }

    @Test func repeatsEachEntry() {
        let x = Tensor([1, 2, 3, 4], shape: [2, 2], on: device)
        #expect(x.repeatingEach(1).scalars == x.scalars)
        let twice = x.repeatingEach(2)
        #expect(twice.shape == [4, 2])
        #expect(twice.scalars == [1, 2, 1, 2, 3, 4, 3, 4])
    }

    @Test func joinsChannels() {
        let a = Tensor([1, 2, 3, 4], shape: [1, 2, 2], on: device)
        let b = Tensor([5, 6], shape: [1, 2, 1], on: device)
        let joined = a.concatenatingChannels(b)
        #expect(joined.shape == [1, 2, 3])
        #expect(joined.scalars == [1, 2, 5, 3, 4, 6])
    }

    @Test func upsamplesToTheNearest() {
        let x = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 2, 2, 1], on: device)
        let y = Operand(upsampling: x, height: 3, width: 4).tensor
        #expect(y.shape == [2, 3, 4, 1])
        #expect(y.scalars == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 5, 5, 6, 6, 7, 7, 8, 8])
    }

    @Test func picksRows() {
        let table = Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2], on: device)
        let picked = table.rows(at: [2, 0, 2])
        #expect(picked.shape == [3, 2])
        #expect(picked.scalars == [5, 6, 1, 2, 5, 6])
        #expect(table.rows(at: []).shape == [0, 2])
    }

    @Test func refusesRowsThatAreNotThere() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor([1, 2], shape: [2, 1], on: Device(threads: 1)).rows(at: [2])
        }
    }
}
