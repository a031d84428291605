import Glibc

/// A regular file mapped into memory, read-only, for as long as the object lives.
///
/// Nothing is read before it is asked for. A file that shrinks while it is mapped ends the process when a lost page is
/// read, as any mapping does: checkpoints must be replaced, not truncated.
package final class MappedFile: @unchecked Sendable {
    // Safe to share: the pages are never written, and the pointer never changes.
    /// Where the file lies.
    package let path: String
    /// How many bytes it has.
    package let size: Int
    private let start: UnsafeMutableRawPointer?

    /// Maps the file at `path`.
    package init(path: String) throws(MappedFileError) {
        // Without O_NONBLOCK, opening a pipe would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
        self.path = path
        size = Int(status.st_size)
        guard size > 0 else {
            start = nil  // An empty mapping is an error to the system.
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw .system(code: errno)
        }
        self.start = start
    }

    /// Whether there is something at `path`, even if it cannot be mapped.
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0 || errno != ENOENT && errno != ENOTDIR
    }

    deinit {
        if let start { munmap(start, size) }
    }

    /// A copy of the bytes of a range inside `0..<size`.
    package func bytes(in range: Range<Int>) -> [UInt8] { withBytes(in: range) { Array($0) } }

    /// Reads the bytes of a range inside `0..<size` in place.
    func withBytes<Result>(in range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "bytes \(range) of a file of \(size)")
        let bytes = UnsafeRawBufferPointer(start: start, count: size)
        return body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    /// Gives the memory of the whole pages in a range back to the system, which reads them again when they are asked for.
    func forget(_ range: Range<Int>) {
        let page = Int(getpagesize())
        let (first, last) = ((range.lowerBound + page - 1) / page * page, range.upperBound / page * page)
        guard let start, first < last else { return }
        madvise(start + first, last - first, MADV_DONTNEED)
    }
}

/// Why a file could not be mapped.
package enum MappedFileError: Error, Equatable {
    /// The system refused, with this `errno`.
    case system(code: Int32)
    /// The path names a folder, a device or a pipe.
    case notARegularFile

    /// The fact in a few words, such as "No such file or directory".
    package var reason: String {
        switch self {
        case .system(let code): String(cString: strerror(code))
        case .notARegularFile: "Not a regular file"
        }
    }
}
