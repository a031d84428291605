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
package func silu(_ x: consuming Tensor) -> Tensor { preconditionFailure() }

/// The Gaussian error linear unit.
package func gelu(_ x: consuming Tensor, _ form: GELU) -> Tensor { preconditionFailure() }

/// max(x, 0).
package func relu(_ x: consuming Tensor) -> Tensor { preconditionFailure() }

/// The hyperbolic tangent.
package func tanh(_ x: consuming Tensor) -> Tensor { preconditionFailure() }

/// The first half of the features times the exact GELU of the second.
///
///     x [..., 2 D] → [..., D]
package func geglu(_ x: Tensor) -> Tensor { preconditionFailure() }

extension Tensor {
    package static func + (a: consuming Tensor, b: Tensor) -> Tensor { preconditionFailure() }
    package static func - (a: consuming Tensor, b: Tensor) -> Tensor { preconditionFailure() }
    package static func * (factor: Float, x: consuming Tensor) -> Tensor { preconditionFailure() }

    /// Adds one offset per channel, and per image if `offsets` has two axes.
    ///
    ///     self [N, ..., C], offsets [C] or [N, C] → [N, ..., C]
    package consuming func addingChannels(_ offsets: Tensor) -> Tensor { preconditionFailure() }

    /// Each scalar moved into a range.
    package consuming func clamped(to range: ClosedRange<Float>) -> Tensor { preconditionFailure() }

    /// Whether no scalar is infinite or NaN.
    package var isFinite: Bool { preconditionFailure() }

    /// Each vector along the last axis divided by its Euclidean length.
    package consuming func normalized() -> Tensor { preconditionFailure() }

    /// Tensors joined along the first axis.
    ///
    ///     [Nᵢ, ...] → [ΣNᵢ, ...]
    package static func stacked(_ parts: [Tensor]) -> Tensor { preconditionFailure() }

    /// Two tensors joined along the last axis.
    ///
    ///     self [..., A], other [..., B] → [..., A + B]
    package func concatenatingChannels(_ other: Tensor) -> Tensor { preconditionFailure() }

    /// Nearest-neighbour resize as `torch.nn.functional.interpolate(mode="nearest")`.
    ///
    ///     self [N, H, W, C] → [N, height, width, C]
    package func upsampledNearest(height: Int, width: Int) -> Tensor { preconditionFailure() }

    /// Rows picked by index.
    ///
    ///     self [R, D], indices of length T → [T, D]
    package func rows(at indices: [Int]) -> Tensor { preconditionFailure() }
}

/// Softmax along the last axis.
package func softmax(_ x: consuming Tensor) -> Tensor { preconditionFailure() }
