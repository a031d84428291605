import Foundation
import Tensors
import TestSupport
import Testing

/// Every instruction level against double precision.
@Suite struct NormTests {
    @Test(arguments: KernelLevel.supported)
    func computesSoftmax(level: KernelLevel) {
        let device = Device(threads: 2, level: level)
        for (rows, columns) in [(1, 1), (3, 7), (2, 16), (5, 77), (30, 1003)] {
            let x = noise(rows * columns, scale: 20)
            let y = softmax(Tensor(x, shape: [rows, columns], on: device))
            let expected = x.rows(of: columns).flatMap { row in
                let largest = row.max() ?? 0
                let powers = row.map { exp($0 - largest) }
                let sum = powers.reduce(0, +)
                return powers.map { Float($0 / sum) }
            }
            expectClose(y.scalars, expected, absolute: 2e-7, "\(rows) rows of \(columns)")
        }
    }

    @Test(arguments: KernelLevel.supported)
    func givesMaskedScoresNoWeight(level: KernelLevel) {
        let device = Device(threads: 1, level: level)
        let x = Tensor([0, -.infinity, 0, 0, -.infinity], shape: [1, 5], on: device)
        let third = Float(1) / 3
        expectClose(softmax(x).scalars, [third, 0, third, third, 0], absolute: 1e-7)
        let nothing = softmax(Tensor(repeating: -.infinity, shape: [1, 19], on: device))
        #expect(nothing.scalars.count { $0.isNaN } == 19)
        let spoilt = softmax(Tensor([1, 2, .nan, 4], shape: [2, 2], on: device))
        #expect(spoilt.scalars.map { $0.isNaN } == [false, false, true, true])
    }

    @Test(arguments: KernelLevel.supported)
    func normalizesLayers(level: KernelLevel) {
        let device = Device(threads: 2, level: level)
        for (rows, columns, offset) in [(1, 1, 0), (3, 7, 0), (2, 16, 100), (5, 77, 0), (40, 1001, -1000)] {
            let x = noise(rows * columns).map { $0 + Float(offset) }
            let (scale, shift) = (noise(columns, seed: 2), noise(columns, seed: 3))
            let y = layerNorm(
                Tensor(x, shape: [rows, columns], on: device), scale: Tensor(scale, shape: [columns], on: device),
                shift: Tensor(shift, shape: [columns], on: device), epsilon: 1e-5)
            let expected = x.rows(of: columns).flatMap { row in
                let (mean, deviation) = moments(row, epsilon: 1e-5)
                return row.enumerated().map { Float(($1 - mean) / deviation * Double(scale[$0]) + Double(shift[$0])) }
            }
            // The mean is rounded to single precision: 6e-8 of it may show.
            expectClose(y.scalars, expected, absolute: 1e-6 + 2e-7 * Float(abs(offset)), "\(rows) rows of \(columns)")
        }
    }

    @Test(arguments: KernelLevel.supported)
    func normalizesGroups(level: KernelLevel) {
        let device = Device(threads: 2, level: level)
        for (side, channels, groups) in [(1, 4, 2), (3, 6, 3), (5, 40, 4), (17, 96, 32), (40, 50, 5)] {
            for fused in [false, true] {
                let x = noise(2 * side * side * channels, scale: 2).map { $0 + 1 }
                let (scale, shift) = (noise(channels, seed: 2), noise(channels, seed: 3))
                let y = groupNorm(
                    Tensor(x, shape: [2, side, side, channels], on: device),
                    scale: Tensor(scale, shape: [channels], on: device),
                    shift: Tensor(shift, shape: [channels], on: device), groups: groups, epsilon: 1e-5, silu: fused
                ).tensor
                let expected = groupNormInDoubles(x, images: 2, scale, shift, groups: groups, epsilon: 1e-5).map {
                    Float(fused ? $0 / (1 + exp(-$0)) : $0)
                }
                expectClose(y.scalars, expected, absolute: 1e-6, "\(side)² of \(channels) in \(groups)")
            }
        }
    }

    @Test(arguments: KernelLevel.supported)
    func normalizesLengths(level: KernelLevel) {
        let device = Device(threads: 1, level: level)
        for columns in [1, 7, 16, 77, 768] {
            let x = noise(3 * columns)
            let y = Tensor(x, shape: [3, columns], on: device).normalized()
            let expected = x.rows(of: columns).flatMap { row in
                let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
                return row.map { Float($0 / length) }
            }
            expectClose(y.scalars, expected, absolute: 2e-7)
        }
        #expect(Tensor([0, 0], shape: [1, 2], on: device).normalized().scalars == [0, 0])
    }

    @Test("an image's bits depend neither on its batch nor on the threads", arguments: KernelLevel.supported)
    func isReproducible(level: KernelLevel) {
        let x = noise(3 * 30 * 30 * 40, scale: 3)
        let image = 30 * 30 * 40
        let all = (1...3).map { normalizedGroups(x, images: 3, on: Device(threads: $0, level: level)) }
        #expect(all[0] == all[1])
        #expect(all[0] == all[2])
        let alone = normalizedGroups(Array(x[image..<2 * image]), images: 1, on: Device(threads: 2, level: level))
        #expect(alone == Array(all[0][image..<2 * image]))
    }

    @Test func allocatesNothingTheSecondTime() {
        let device = Device(threads: 2)
        let x = noise(2 * 20 * 20 * 64)
        func step() -> Float {
            let scale = Tensor(repeating: 1, shape: [64], on: device)
            let x = Tensor(x, shape: [2, 20, 20, 64], on: device)
            let y = groupNorm(x, scale: scale, shift: scale, groups: 32, epsilon: 1e-5, silu: true).tensor + x
            let z = geglu(
                layerNorm(
                    gelu(Operand(upsampling: y, height: 40, width: 40).tensor, .exact), scale: scale, shift: scale,
                    epsilon: 1e-5))
            return softmax(z.concatenatingChannels(z)).scalars[0]
        }
        let first = step()
        let count = device.arenaStatistics.allocationCount
        #expect(step() == first)
        #expect(device.arenaStatistics.allocationCount == count)
        device.trimMemory()
        #expect(device.arenaStatistics.heldBytes == 0)
    }

    private func normalizedGroups(_ x: [Float], images: Int, on device: Device) -> [Float] {
        let scale = Tensor(noise(40, seed: 5), shape: [40], on: device)
        return groupNorm(
            Tensor(x, shape: [images, 30, 30, 40], on: device), scale: scale, shift: scale, groups: 8, epsilon: 1e-5,
            silu: true
        ).tensor.scalars
    }

    private func moments(_ values: [Double], epsilon: Double) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return (mean, (variance + epsilon).squareRoot())
    }

    private func groupNormInDoubles(
        _ x: [Float], images: Int, _ scale: [Float], _ shift: [Float], groups: Int, epsilon: Double
    ) -> [Double] {
        let (image, channels, width) = (x.count / images, scale.count, scale.count / groups)
        var y = [Double](repeating: 0, count: x.count)
        for start in stride(from: 0, to: x.count, by: image) {
            for group in 0..<groups {
                let members = (start..<start + image).filter { $0 % channels / width == group }
                let (mean, deviation) = moments(members.map { Double(x[$0]) }, epsilon: epsilon)
                for index in members {
                    let channel = index % channels
                    y[index] = (Double(x[index]) - mean) / deviation * Double(scale[channel]) + Double(shift[channel])
                }
            }
        }
        return y
    }
}

extension [Float] {
    /// The rows of a matrix, in double precision.
    fileprivate func rows(of columns: Int) -> [[Double]] {
        stride(from: 0, to: count, by: columns).map { start in self[start..<start + columns].map { Double($0) } }
    }
}
