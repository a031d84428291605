import Glibc

/// Files that are whole or not there, whatever happens while they are written.
enum DurableFile {
    /// Writes a file under a temporary name, flushes it to the disk, and gives it its name; makes its folder if need be.
    static func write(_ bytes: [UInt8], folder: String, name: String) throws(SystemError) {
        try makeFolders(folder)
        let (temporary, path) = ("\(folder)/.\(name).partial", "\(folder)/\(name)")
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        do throws(SystemError) {
            try writeAll(bytes, to: descriptor)
            guard fsync(descriptor) == 0 else { throw SystemError(code: errno) }
        } catch {
            close(descriptor)
            unsafe unlink(temporary)
            throw error
        }
        close(descriptor)
        guard unsafe rename(temporary, path) == 0 else {
            let error = SystemError(code: errno)
            unsafe unlink(temporary)
            throw error
        }
        try flush(folder: folder)
    }

    /// Removes a file for good.
    static func remove(folder: String, name: String) throws(SystemError) {
        guard unsafe unlink("\(folder)/\(name)") == 0 || errno == ENOENT else { throw SystemError(code: errno) }
        try flush(folder: folder)
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError(code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    private static func makeFolders(_ path: String) throws(SystemError) {
        var partial = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            partial += "/\(part)"
            guard unsafe mkdir(partial, 0o755) == 0 || errno == EEXIST else { throw SystemError(code: errno) }
        }
    }

    /// A new or removed name is on the disk only when its folder is.
    private static func flush(folder: String) throws(SystemError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError(code: errno) }
    }
}

/// The system refused, with this `errno`.
struct SystemError: Error, Equatable {
    let code: Int32

    /// The fact in a few words, such as "No space left on device".
    var reason: String { unsafe String(cString: strerror(code)) }
}
