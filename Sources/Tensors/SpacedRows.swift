/// Rows of a tensor at a distance that the first cache can bear.
///
/// A line's place in the first cache depends on its address modulo 4 KiB, and 8 lines fit in a place (x86 since 2013).
/// The AVX-512 kernel reads 14 rows at once, so rows a multiple of 4 KiB apart are copied a line further apart.
struct SpacedRows {
    /// The rows, after each of which there may be scalars that were never written.
    let scalars: Tensor
    /// How many scalars lie between the beginnings of two rows.
    let stride: Int

    /// The rows of a tensor [..., K], in place or copied.
    init(_ x: Tensor) {
        let width = x.shape.last ?? 1
        let rows = x.shape.dropLast().reduce(1, *)
        let spaced = Self.stride(of: width)
        guard rows > Self.linesPerPlace, spaced > width else {
            scalars = x
            stride = width
            return
        }
        var copy = Tensor(uninitialized: [rows, spaced], on: x.device)
        x.withPointer { source in
            copy.write { target, pool in
                pool.forEachRows(of: rows, width: width) {
                    for row in $0 { (target + row * spaced).update(from: source + row * width, count: width) }
                }
            }
        }
        scalars = copy
        stride = spaced
    }

    /// The least distance for rows of `width` scalars.
    static func stride(of width: Int) -> Int { width.isMultiple(of: 1024) ? width + 16 : width }

    private static let linesPerPlace = 8
}
