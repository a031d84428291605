import Foundation
import Tensors
import Testing

@Suite struct MappedFileTests {
    @Test func readsRanges() throws {
        let file = try TemporaryFile(Array(0..<200))
        let mapped = try MappedFile(path: file.path)
        #expect(mapped.size == 200)
        #expect(mapped.bytes(in: 0..<200) == Array(0..<200))
        #expect(mapped.bytes(in: 7..<10) == [7, 8, 9])
        #expect(mapped.bytes(in: 200..<200) == [])
    }

    @Test func mapsAnEmptyFile() throws {
        let file = try TemporaryFile([])
        let mapped = try MappedFile(path: file.path)
        #expect(mapped.size == 0)
        #expect(mapped.bytes(in: 0..<0) == [])
        let device = Device(threads: 1)
        #expect(
            StoredTensor(mapped: mapped, byteOffset: 0, type: .float16, shape: [0, 3]).tensor(on: device).scalars == [])
    }

    @Test func refusesWhatIsNotAFile() throws {
        #expect(throws: MappedFileError.notARegularFile) { try MappedFile(path: "/tmp") }
        let error = #expect(throws: MappedFileError.self) { try MappedFile(path: "/tmp/no such file") }
        #expect(error?.reason == "No such file or directory")
    }

    @Test func readingPastTheEndIsAFault() async {
        await #expect(processExitsWith: .failure) {
            let mapped = try MappedFile(path: TemporaryFile([1, 2, 3]).path)
            _ = mapped.bytes(in: 1..<4)
        }
        await #expect(processExitsWith: .failure) {
            let mapped = try MappedFile(path: TemporaryFile([1, 2, 3]).path)
            _ = StoredTensor(mapped: mapped, byteOffset: 0, type: .float16, shape: [2])
        }
    }

    @Test("widens every half-precision number exactly", arguments: KernelLevel.supported)
    func widensHalf(level: KernelLevel) throws {
        let bits = (0...UInt16.max).filter { !Float16(bitPattern: $0).isNaN }
        let tensor = try mapped(bits, type: .float16, level: level)
        #expect(tensor.scalars == bits.map { Float(Float16(bitPattern: $0)) })
    }

    @Test("widens every bfloat16 number exactly", arguments: KernelLevel.supported)
    func widensBrainFloat(level: KernelLevel) throws {
        let bits = Array(0...UInt16.max)
        let tensor = try mapped(bits, type: .bfloat16, level: level)
        #expect(tensor.scalars.map(\.bitPattern) == bits.map { UInt32($0) << 16 })
    }

    @Test("keeps not-a-numbers", arguments: KernelLevel.supported)
    func keepsNaN(level: KernelLevel) throws {
        let bits = (0...UInt16.max).filter { Float16(bitPattern: $0).isNaN }
        let tensor = try mapped(bits, type: .float16, level: level)
        #expect(tensor.scalars.count { !$0.isNaN } == 0)
    }

    @Test func readsSinglePrecisionAtAnyAlignment() throws {
        let values = (0..<40001).map { Float($0) / 7 }
        let file = try TemporaryFile([9, 9, 9] + values.withUnsafeBytes { Array($0) })
        let mapped = try MappedFile(path: file.path)
        let tensor = StoredTensor(mapped: mapped, byteOffset: 3, type: .float32, shape: [40001])
        #expect(tensor.tensor(on: Device(threads: 2)).scalars == values)
        #expect(tensor.tensor(on: Device(threads: 2)).scalars == values)  // its pages were given back in between
    }

    /// The numbers as a file holds them, at an odd offset.
    private func mapped(_ bits: [UInt16], type: ScalarType, level: KernelLevel) throws -> Tensor {
        let file = try TemporaryFile([0] + bits.withUnsafeBytes { Array($0) })
        let mapped = try MappedFile(path: file.path)
        return StoredTensor(mapped: mapped, byteOffset: 1, type: type, shape: [bits.count])
            .tensor(on: Device(threads: 2, level: level))
    }
}

/// A file of its own, gone with the object.
final class TemporaryFile {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

    init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }

    deinit { unlink(path) }
}
