package import Layers

/// Why an adapter's file is refused.
package enum AdapterError: Error, Equatable {
    /// An adapter that is more than low-rank terms, or of another family of models.
    package enum Kind: Sendable {
        /// DoRA (Liu et al. 2024).
        case weightDecomposed
        /// LoHa (Hyeon-Woo et al. 2022).
        case hadamardProduct
        /// LoKr (Yeh et al. 2024).
        case kroneckerProduct
        case stableDiffusionXL
    }

    /// A file that cannot be read, or holds a tensor that cannot.
    case weights(WeightsError)
    /// A folder with so many files that could be meant, none of them of the usual name.
    case notOneFile(count: Int)
    /// A file of more scalars than an adapter has.
    case tooLarge(scalarCount: Int, maximum: Int)
    /// Metadata of the file that cannot be read.
    case metadata(reason: String)
    /// A file without tensors.
    case empty
    /// A tensor of an adapter that is not implemented.
    case unsupported(tensor: String, Kind)
    /// A tensor whose name is of no known style, or of no layer that the pipeline has.
    case unknown(tensor: String)
    /// A tensor of a layer's part that another tensor holds already.
    case repeated(tensor: String)
    /// A tensor without those that it is multiplied with.
    case alone(tensor: String)
    /// A tensor of no rank that is accepted.
    case rank(tensor: String, actual: Int, maximum: Int)
    /// A tensor whose shape is not that of its part of the layer.
    case wrongShape(tensor: String, expected: [Int], actual: [Int])
    /// A tensor with infinite scalars or NaN, or scaled to such.
    case nonfinite(tensor: String)
}
