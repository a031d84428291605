import CKernels

/// The three forms of the Gaussian error linear unit that checkpoints name.
package enum GELU: Sendable {
    /// x Φ(x), by erf: `gelu`.
    case exact
    /// The tanh approximation: `gelu_new`, `gelu_pytorch_tanh`.
    case tanh
    /// x σ(1.702 x): `quick_gelu`, OpenAI's CLIP.
    case quick
}

/// The sigmoid linear unit x σ(x).
package func silu(_ x: consuming Tensor) -> Tensor { x.mapped { ck_silu($0, $1, $2, $3) } }

/// The Gaussian error linear unit.
package func gelu(_ x: consuming Tensor, _ form: GELU) -> Tensor { x.mapped(form.map) }

extension GELU {
    /// The kernel that computes it.
    var map: Tensor.Map {
        switch self {
        case .exact: { ck_gelu_exact($0, $1, $2, $3) }
        case .tanh: { ck_gelu_tanh($0, $1, $2, $3) }
        case .quick: { ck_gelu_quick($0, $1, $2, $3) }
        }
    }

    /// Writes rows of bfloat16, `stride` scalars apart, for rows of floats side by side.
    func round(
        _ x: UnsafePointer<Float>, rows: Int, columns: Int, into y: UnsafeMutablePointer<UInt16>, stride: Int,
        level: KernelLevel
    ) {
        switch self {
        case .exact: ck_gelu_exact_rounded(level.cValue, y, stride, x, rows, columns)
        case .tanh: ck_gelu_tanh_rounded(level.cValue, y, stride, x, rows, columns)
        case .quick: ck_gelu_quick_rounded(level.cValue, y, stride, x, rows, columns)
        }
    }
}

/// max(x, 0).
package func relu(_ x: consuming Tensor) -> Tensor { x.mapped { ck_relu($0, $1, $2, $3) } }

/// x where it is not negative, slope · x elsewhere.
package func leakyRelu(_ x: consuming Tensor, slope: Float) -> Tensor {
    x.mapped { ck_leaky_relu($0, $1, slope, $2, $3) }
}

/// The hyperbolic tangent.
package func tanh(_ x: consuming Tensor) -> Tensor { x.mapped { ck_tanh($0, $1, $2, $3) } }

/// The first half of the features times the exact GELU of the second.
///
///     x [..., 2 D] → [..., D]
package func geglu(_ x: Tensor) -> Tensor {
    let both = x.shape.last ?? 0
    precondition(both % 2 == 0, "geglu of \(x.shape)")
    let (half, level) = (both / 2, x.device.level.cValue)
    var y = Tensor(uninitialized: x.shape.dropLast() + [half], on: x.device)
    let rows = x.shape.dropLast().reduce(1, *)
    x.withPointer { x in
        y.write { y, pool in
            pool.forEachRows(of: rows, width: both) {
                ck_geglu(level, y + $0.lowerBound * half, x + $0.lowerBound * both, $0.count, half)
            }
        }
    }
    return y
}
