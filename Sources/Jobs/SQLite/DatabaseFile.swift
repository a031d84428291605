import Glibc

/// The database's place on disk: readable to the user alone, as the files that SQLite makes beside it are then too.
struct DatabaseFile {
    /// An absolute path, which SQLite does not take for a URI.
    let path: String

    /// Makes the folder and the file if they are missing.
    init(folder: String) throws(JobStoreError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST, let absolute = realpath(folder, nil) else {
            throw Self.failure(folder)
        }
        defer { free(absolute) }
        path = String(cString: absolute) + "/jobs.sqlite3"
        // Only a new file is opened here: closing one that SQLite has open in this process would drop SQLite's lock.
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
        guard descriptor >= 0 || errno == EEXIST, chmod(path, 0o600) == 0 else { throw Self.failure(path) }
    }

    /// The database and its write-ahead log.
    var byteCount: Int {
        get throws(JobStoreError) { try size(of: path) + size(of: path + "-wal") }
    }

    private func size(of path: String) throws(JobStoreError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw Self.failure(path) }
            return 0
        }
        return Int(status.st_size)
    }

    private static func failure(_ path: String) -> JobStoreError {
        switch errno {
        case EROFS: .readOnly(path: path)
        case ENOSPC, EDQUOT: .full
        default: .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
