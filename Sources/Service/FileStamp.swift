import Glibc

/// What tells a file from another that later has its name.
struct FileStamp: Sendable, Equatable {
    private let inode: UInt64
    private let seconds, nanoseconds, byteCount: Int

    /// The stamp of the file at a path; nil if there is none.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        (inode, byteCount) = (UInt64(status.st_ino), Int(status.st_size))
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
}
