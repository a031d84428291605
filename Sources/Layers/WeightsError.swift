/// A checkpoint that cannot be read, or that does not fit the model being built from it.
package enum WeightsError: Error, Equatable {
    /// No file, or none that may be read.
    case unreadable(path: String, reason: String)
    /// A file that breaks the rules of its format.
    case malformed(path: String, reason: String)
    /// No tensor of this name.
    case missing(name: String)
    /// A tensor whose shape is not the model's.
    case wrongShape(name: String, expected: [Int], actual: [Int])
    /// A tensor of a scalar type that no layer reads.
    case unsupportedType(name: String, type: String)
    /// A tensor that the model has no place for.
    case unexpected(name: String)
}
