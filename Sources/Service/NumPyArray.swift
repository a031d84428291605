/// A matrix of a `.npy` file, such as the centres that arXiv 2407.12009's code stores.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3; only two axes, C order,
/// and little-endian floats of 32 or 64 bits.
struct NumPyArray {
    /// The rows.
    let rows: [[Float]]

    /// Why a file is refused.
    struct Malformation: Error, Equatable {
        let reason: String
    }

    private static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]  // \x93NUMPY

    /// Reads a file whose matrix is within bounds.
    init(_ bytes: [UInt8], maximumRowCount: Int, maximumWidth: Int) throws(Malformation) {
        guard bytes.starts(with: Self.magic), bytes.count >= 12, (1...3).contains(bytes[6]) else {
            throw Malformation(reason: "is no .npy file of version 1 to 3")
        }
        let prefixCount = bytes[6] == 1 ? 10 : 12
        let headerCount = bytes[8..<prefixCount].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard headerCount <= bytes.count - prefixCount, headerCount <= 1 << 16 else {
            throw Malformation(reason: "has a header of \(headerCount) bytes, more than the file")
        }
        let header = String(decoding: bytes[prefixCount..<prefixCount + headerCount], as: UTF8.self)
        guard !header.contains("'fortran_order': True") else { throw Malformation(reason: "is in Fortran's order") }
        let isDouble = header.contains("'<f8'")
        guard isDouble || header.contains("'<f4'") else {
            throw Malformation(reason: "holds neither '<f4' nor '<f8'")
        }
        let (rowCount, width) = try Self.shape(header)
        guard (1...maximumRowCount).contains(rowCount), (1...maximumWidth).contains(width) else {
            throw Malformation(
                reason:
                    "has the shape (\(rowCount), \(width)); at most (\(maximumRowCount), \(maximumWidth)) is accepted")
        }
        let data = bytes[(prefixCount + headerCount)...]
        let size = isDouble ? 8 : 4
        guard data.count == rowCount * width * size else {
            throw Malformation(reason: "has \(data.count) bytes of numbers, not \(rowCount * width * size)")
        }
        rows = (0..<rowCount).map { row in
            (0..<width).map { column in
                let start = data.startIndex + (row * width + column) * size
                let bits = data[start..<start + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                return isDouble ? Float(Double(bitPattern: bits)) : Float(bitPattern: UInt32(bits))
            }
        }
    }

    /// The two extents in the header's `'shape': (5, 768)`.
    private static func shape(_ header: String) throws(Malformation) -> (Int, Int) {
        let parts = header.split(separator: "'shape':", maxSplits: 1)
        guard parts.count == 2, let open = parts[1].firstIndex(of: "("), let close = parts[1].firstIndex(of: ")"),
            open < close
        else { throw Malformation(reason: "has no shape") }
        let extents = parts[1][parts[1].index(after: open)..<close].split(separator: ",").map { part in
            Int(part.filter { $0 != " " }) ?? -1
        }
        guard extents.count == 2 else { throw Malformation(reason: "has \(extents.count) axes, not 2") }
        return (extents[0], extents[1])
    }
}
