/// In what the products of a device are computed; sums, norms and everything between products are floats either way.
package enum Precision: String, Sendable, CaseIterable {
    /// Single precision.
    case fp32
    /// Weights and activations rounded to bfloat16 where they are multiplied.
    case bf16
    /// As `bf16`, but linear layers of many inputs multiply 8-bit integers (see `Panels.quantizes`).
    case int8

    /// What operands are in.
    var operand: Precision { self == .int8 ? .bf16 : self }

    /// How many scalars are multiplied at a time, and so lie side by side in the rows of operands and in panels.
    var step: Int {
        switch self {
        case .fp32: 1
        case .bf16, .int8: 2
        }
    }

    /// How many bytes a scalar takes.
    package var byteCount: Int {
        switch self {
        case .fp32: 4
        case .bf16, .int8: 2
        }
    }

    /// The smallest number of scalars from `count` on that can be multiplied.
    func padded(_ count: Int) -> Int { (count + step - 1) / step * step }

    /// How many floats take as much memory as `count` scalars.
    func floats(_ count: Int) -> Int { (count * byteCount + 3) / 4 }
}
