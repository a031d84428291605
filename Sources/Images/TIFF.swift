/// The directories of a TIFF structure, read within its bytes (TIFF 6.0, section 2).
struct TIFF {
    private let data: [UInt8]
    private let isLittleEndian: Bool

    /// A directory's entry: the type of its values, how many, and where they lie or, of one long, what it is.
    struct Entry {
        let type, count, value: Int
    }

    /// Nil for what does not begin as a TIFF structure does.
    init?(_ data: [UInt8]) {
        isLittleEndian = data.starts(with: [0x49, 0x49, 42, 0])
        guard data.count >= 8, isLittleEndian || data.starts(with: [0x4D, 0x4D, 0, 42]) else { return nil }
        self.data = data
    }

    /// Where the first directory lies.
    var firstDirectory: Int { integer(at: 4, byteCount: 4) }

    /// The first entry of a tag in a directory; nil where there is none, or the directory is not within the bytes.
    func entry(_ tag: Int, inDirectoryAt offset: Int) -> Entry? {
        guard offset >= 8, offset + 2 <= data.count else { return nil }
        let count = min(integer(at: offset, byteCount: 2), (data.count - offset - 2) / 12)
        for index in 0..<count {
            let start = offset + 2 + 12 * index
            guard integer(at: start, byteCount: 2) == tag else { continue }
            return Entry(
                type: integer(at: start + 2, byteCount: 2), count: integer(at: start + 4, byteCount: 4),
                value: integer(at: start + 8, byteCount: 4))
        }
        return nil
    }

    /// The bytes of an entry of type UNDEFINED; nil for another type, or where they are not all there.
    func bytes(of entry: Entry) -> ArraySlice<UInt8>? {
        guard entry.type == 7, entry.count >= 8, entry.value + entry.count <= data.count else { return nil }
        return data[entry.value..<entry.value + entry.count]
    }

    private func integer(at offset: Int, byteCount: Int) -> Int {
        let bytes = data[offset..<offset + byteCount]
        return isLittleEndian
            ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}
