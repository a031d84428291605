/// Group normalisation of feature maps, optionally followed by SiLU in the same pass.
///
///     x [N, H, W, C] (or [N, T, C]), scale [C], shift [C] → as x
package func groupNorm(_ x: Tensor, scale: Tensor, shift: Tensor, groups: Int, epsilon: Float, silu: Bool) -> Tensor {
    preconditionFailure()
}

/// Layer normalisation along the last axis.
///
///     x [..., D], scale [D], shift [D] → as x
package func layerNorm(_ x: Tensor, scale: Tensor, shift: Tensor, epsilon: Float) -> Tensor { preconditionFailure() }
