/// Where the repository's own data lies, found from this source file.
package enum Repository {
    /// The checkout's top folder.
    package static var root: String {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/")
    }

    /// A file of `Tests/Golden`.
    package static func golden(_ path: String) -> String { root + "/Tests/Golden/" + path }

    /// A file of the embedded weights.
    package static func weights(_ path: String) -> String { root + "/weights/" + path }
}
