import Glibc
import Tensors

/// Whole files, with failures in one sentence.
enum File {
    /// The bytes of a file of at most `maximumByteCount`.
    static func read(_ path: String, maximumByteCount: Int) throws(Failure) -> [UInt8] {
        let file: MappedFile
        do throws(MappedFileError) {
            file = try MappedFile(path: path)
        } catch {
            throw Failure("\(path): \(error.reason).")
        }
        guard file.size <= maximumByteCount else { throw Failure("\(path): \(file.size) bytes are too many.") }
        return file.bytes(in: 0..<file.size)
    }

    /// Writes a file, in place of one that is there.
    static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        guard let file = fopen(path, "wb") else { throw Failure("\(path): \(reason).") }
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
        guard fclose(file) == 0, isWritten else { throw Failure("\(path): \(reason).") }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
