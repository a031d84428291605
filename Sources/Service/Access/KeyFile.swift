import Glibc
import Tensors

/// The keys of a file: one a line, as `name:key` or alone; `#` begins a comment.
package struct KeyFile: Sendable {
    /// The keys in order; there is at least one, and no two are the same.
    package let keys: [APIKey]

    private static let maximumByteCount = 64 << 10
    private static let maximumCount = 1000
    private static let nameLengths = 1...64

    /// Reads a file.
    package init(contentsOf path: String) throws(KeyFileError) {
        let file: MappedFile
        do throws(MappedFileError) { file = try MappedFile(path: path) } catch { throw .unreadable(error.reason) }
        guard file.size <= Self.maximumByteCount else { throw .tooLarge(maximum: Self.maximumByteCount) }
        try self.init(parsing: file.bytes(in: 0..<file.size))
    }

    /// Reads the bytes of a file.
    package init(parsing bytes: [UInt8]) throws(KeyFileError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        var keys: [APIKey] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let entry = line.prefix { $0 != "#" }.trimmed
            guard !entry.isEmpty else { continue }
            guard let key = Self.key(entry) else { throw .malformed(line: index + 1) }
            guard !keys.contains(where: key.isSame) else { throw .repeated(line: index + 1) }
            keys.append(key)
            guard keys.count <= Self.maximumCount else { throw .tooMany(maximum: Self.maximumCount) }
        }
        guard !keys.isEmpty else { throw .empty }
        self.keys = keys
    }

    private static func key(_ entry: Substring) -> APIKey? {
        guard let colon = entry.firstIndex(of: ":") else { return APIKey(entry) }
        let name = String(entry[..<colon].trimmed)
        guard nameLengths.contains(name.utf8.count), name.isPlainName else { return nil }
        return APIKey(entry[entry.index(after: colon)...].trimmed, name: name)
    }

    /// Whether others than the file's owner and group may read it.
    package static func isReadableByOthers(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }
}

/// Why a file of keys is refused; what it holds is not said.
package enum KeyFileError: Error, Equatable {
    case unreadable(String)
    case tooLarge(maximum: Int)
    case notUTF8
    case malformed(line: Int)
    case repeated(line: Int)
    case tooMany(maximum: Int)
    case empty
}

extension KeyFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .tooLarge(let maximum): "it has more than \(maximum) bytes"
        case .notUTF8: "it is not UTF-8"
        case .malformed(let line):
            "line \(line) is no key: 16 to 256 letters, digits and -._~+/=, after a name and a colon if it has one"
        case .repeated(let line): "line \(line) repeats a key"
        case .tooMany(let maximum): "it has more than \(maximum) keys"
        case .empty: "it holds no key"
        }
    }
}

extension Substring {
    /// Without the white space at both ends.
    fileprivate var trimmed: Substring {
        let tail = drop(while: \.isWhitespace)
        guard let last = tail.lastIndex(where: { !$0.isWhitespace }) else { return tail }
        return tail[...last]
    }
}
