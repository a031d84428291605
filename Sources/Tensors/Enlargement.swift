/// Which pixel of maps as they are held each pixel shows where they are seen in another size: the nearest.
struct Enlargement: Sendable {
    private let held: (height: Int, width: Int)
    private let seen: (height: Int, width: Int)
    private let scale: (height: Float, width: Float)

    /// Maps [N, H, W, C] seen as [N, height, width, C].
    init(of shape: [Int], height: Int, width: Int) {
        held = (shape[1], shape[2])
        seen = (height, width)
        scale = (Float(held.height) / Float(height), Float(held.width) / Float(width))
    }

    /// The held row of a seen one.
    subscript(row: Int) -> Int {
        let (line, column) = row.quotientAndRemainder(dividingBy: seen.width)
        let (image, y) = line.quotientAndRemainder(dividingBy: seen.height)
        let heldLine = Self.nearest(y, scale.height, held.height)
        return (image * held.height + heldLine) * held.width + Self.nearest(column, scale.width, held.width)
    }

    /// Which old position a new one shows: floor(i · old / new), in single precision as PyTorch computes it.
    private static func nearest(_ position: Int, _ scale: Float, _ old: Int) -> Int {
        min(Int(Float(position) * scale), old - 1)
    }
}
