import Glibc

/// A folder's entries, without following it any deeper.
enum Folder {
    /// The names in a folder in order, hidden ones left out; nil if it can't be read or is none.
    static func names(at path: String) -> [String]? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether there is a folder at a path.
    static func exists(_ path: String) -> Bool { names(at: path) != nil }
}
