package import JSON
package import Tensors

/// A non-linearity, by the name that configurations give it (transformers `ACT2FN`, diffusers `get_activation`).
package enum Activation: String, Sendable, CaseIterable {
    case gelu
    case geluNew = "gelu_new"
    case geluTanh = "gelu_pytorch_tanh"
    case quickGelu = "quick_gelu"
    case relu
    case silu
    case swish
    case tanh

    /// Reads a configuration's field; a name of none of these is refused with the names that are.
    package init(_ field: JSONCursor) throws(JSONFieldError) {
        let name = try field.choice(of: Self.allCases.map(\.rawValue))
        guard let activation = Self(rawValue: name) else { preconditionFailure("\(name) is a choice") }
        self = activation
    }

    /// The form of the Gaussian error linear unit that it is, if it is one.
    var gelu: GELU? {
        switch self {
        case .gelu: .exact
        case .geluNew, .geluTanh: .tanh
        case .quickGelu: .quick
        case .relu, .silu, .swish, .tanh: nil
        }
    }

    /// The non-linearity of each scalar.
    package func callAsFunction(_ x: consuming Tensor) -> Tensor {
        switch self {
        case .gelu: Tensors.gelu(x, .exact)
        case .geluNew, .geluTanh: Tensors.gelu(x, .tanh)
        case .quickGelu: Tensors.gelu(x, .quick)
        case .relu: Tensors.relu(x)
        case .silu, .swish: Tensors.silu(x)
        case .tanh: Tensors.tanh(x)
        }
    }
}
