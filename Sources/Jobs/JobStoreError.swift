/// Why a store could not do what it was asked for.
package enum JobStoreError: Error, Equatable {
    /// The folder or the file in it cannot be made or opened.
    case cannotOpen(path: String, reason: String)
    /// The file is there and is something else, or so damaged that nothing can be read of it.
    case notADatabase(path: String)
    /// What was read contradicts itself.
    case damaged(path: String)
    /// A later version of this server wrote the file.
    case newerSchema(found: Int, supported: Int)
    /// Another server works on the same folder.
    case inUse(path: String)
    /// The disk, a quota or the limit of a file's size is used up; nothing of the change was kept.
    ///
    /// Removing jobs needs a little room, too, in the write-ahead log.
    case full
    /// The file cannot be written.
    case readOnly(path: String)
    /// The owner has a job under this key already.
    case duplicateKey(of: JobID)
    /// There is a job of this name already.
    case duplicateID(JobID)
    /// Anything else; `code` is SQLite's extended result code.
    case failed(code: Int, reason: String)
}
