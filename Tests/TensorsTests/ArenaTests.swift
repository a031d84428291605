import Tensors
import TestSupport
import Testing

@Suite struct ArenaTests {
    private static let mebibyte = 1 << 20
    private let device = Device(threads: 1)

    /// A tensor of so many MiB, all of whose scalars are its size.
    private func tensor(_ size: Int) -> Tensor {
        Tensor(repeating: Float(size), shape: [size, Self.mebibyte / 4], on: device)
    }

    @Test func holdsAsMuchForManySizesAsForTheLargest() {
        for size in [2, 14, 6, 30, 22, 10] { #expect(tensor(size).shape[0] == size) }
        #expect(device.arenaStatistics.heldBytes == 30 * Self.mebibyte)
        let before = device.arenaStatistics.allocationCount
        for size in 1...30 { #expect(tensor(size).isFinite) }
        #expect(device.arenaStatistics.allocationCount == before)
    }

    @Test func joinsWhatLiesSideBySide() {
        var tensors: [Tensor?] = [2, 4, 6, 8].map(tensor)
        let before = device.arenaStatistics
        for index in [0, 2, 1] { tensors[index] = nil }
        let joined = tensor(12)
        #expect(joined.scalars.allSatisfy { $0 == 12 })
        #expect(tensors[3]?.scalars.allSatisfy { $0 == 8 } == true)
        #expect(device.arenaStatistics == before)
    }

    @Test func keepsLiveTensorsApart() {
        var tensors: [Tensor] = []
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            tensors.append(tensor(Int.random(in: 1...5, using: &random)))
            if tensors.count > 8 { tensors.remove(at: Int.random(in: 0..<8, using: &random)) }
            let isWhole = tensors.allSatisfy { tensor in
                let scalars = tensor.scalars
                return scalars[0] == Float(tensor.shape[0]) && scalars[scalars.count - 1] == scalars[0]
            }
            #expect(isWhole)
        }
    }

    @Test func givesBackWhatLiesBetweenLiveTensors() {
        var tensors: [Tensor?] = [2, 8, 2, 4].map(tensor)
        (tensors[1], tensors[3]) = (nil, nil)
        #expect(device.arenaStatistics.heldBytes == 16 * Self.mebibyte)
        device.trimMemory(above: 12 * Self.mebibyte)
        #expect(device.arenaStatistics.heldBytes == 16 * Self.mebibyte)
        device.trimMemory()
        #expect(device.arenaStatistics.heldBytes == 4 * Self.mebibyte)
        #expect(tensors[2]?.scalars.allSatisfy { $0 == 2 } == true)
        let again = tensor(8)
        #expect(again.scalars.allSatisfy { $0 == 8 })
        #expect(device.arenaStatistics.heldBytes == 12 * Self.mebibyte)
    }
}
