import Glibc
import Tensors

/// A file of numbers and nothing else, as NumPy's `tofile` writes them on this machine.
struct RawFile {
    /// Why it was not written.
    struct WriteFailure: Error {
        let path: String
    }

    private let path: String

    init(_ path: String) { self.path = path }

    /// All of its 32-bit floats.
    func floats() throws -> [Float] {
        let file = try MappedFile(path: path)
        let bytes = file.bytes(in: 0..<file.size)
        return bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / MemoryLayout<Float>.size).map {
                bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Float>.size, as: Float.self)
            }
        }
    }

    /// Writes numbers in place of what is there.
    func write<Number: BitwiseCopyable>(_ numbers: [Number]) throws {
        guard let file = fopen(path, "wb") else { throw WriteFailure(path: path) }
        let count = numbers.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        guard fclose(file) == 0, count == numbers.count * MemoryLayout<Number>.size else {
            throw WriteFailure(path: path)
        }
    }
}
