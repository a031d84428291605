"""How much error Winograd's transforms add to a 3x3 convolution whose products are of bfloat16.

    .venv-torch/bin/python Tools/winograd_error.py

For F(m x m, 3x3) with several sets of interpolation points (Lavin and Gray 2016, arXiv 1509.09308; points beside infinity),
prints the error |y - y64| / |y64| of one convolution of 320 channels of SiLU of normal numbers: inputs, weights and what
the transforms make of them are rounded to bfloat16, all sums are exact. `direct` is the plain convolution.
"""

from fractions import Fraction

import sympy
import torch

CHANNELS, OUTPUTS, SIDE = 320, 32, 24


def paired(*eighths: int) -> list:
    """Points in eighths, each with its opposite."""
    return [Fraction(sign * point, 8) for point in eighths for sign in (1, -1)]


CASES = [
    (2, [0, *paired(8)]), (3, [0, *paired(8), 2]), (3, [0, *paired(8), Fraction(-1, 2)]), (3, paired(4, 10)),
    (4, [0, *paired(8, 16)]), (4, [0, *paired(8), 2, Fraction(-1, 2)]), (4, [0, *paired(4, 12)]),
    (4, [0, *paired(6, 12)]), (4, [0, *paired(5, 12)]),
]


def matrices(m: int, points: list) -> list[torch.Tensor]:
    """Aᵀ, G and Bᵀ of F(m, 3) by Toom and Cook: n - 1 points and infinity."""
    n = m + 2
    a = [sympy.Rational(point.numerator, point.denominator) for point in map(Fraction, points)]
    x = sympy.symbols("x")
    scales = [sympy.prod([a[i] - a[j] for j in range(n - 1) if j != i]) for i in range(n - 1)]
    outputs = sympy.Matrix(m, n, lambda i, j: a[j] ** i if j < n - 1 else int(i == m - 1))
    weights = sympy.Matrix(n, 3, lambda i, j: a[i] ** j / scales[i] if i < n - 1 else int(j == 2))
    rows = []
    for i in range(n):
        factors = [x - a[j] for j in range(n - 1) if j != i]
        coefficients = sympy.Poly(sympy.prod(factors), x).all_coeffs()[::-1]
        rows.append(coefficients + [0] * (n - len(coefficients)))
    return [torch.tensor(matrix.tolist(), dtype=torch.float64) for matrix in (outputs, weights, sympy.Matrix(rows))]


def rounded(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.bfloat16).to(torch.float64)


def winograd(x: torch.Tensor, weight: torch.Tensor, m: int, points: list) -> torch.Tensor:
    outputs, weights, inputs = matrices(m, points)
    tiles = x.unfold(2, m + 2, m).unfold(3, m + 2, m)
    u = rounded(torch.einsum("ij,ocjk,lk->ocil", weights, weight, weights))
    v = rounded(torch.einsum("ij,bctujk,lk->bctuil", inputs, tiles, inputs))
    y = torch.einsum("pi,botuil,ql->botpuq", outputs, torch.einsum("ocil,bctuil->botuil", u, v), outputs)
    return y.reshape(1, OUTPUTS, SIDE, SIDE)


def main() -> None:
    torch.manual_seed(0)
    x = torch.nn.functional.silu(torch.randn(1, CHANNELS, SIDE + 2, SIDE + 2, dtype=torch.float64))
    weight = torch.randn(OUTPUTS, CHANNELS, 3, 3, dtype=torch.float64) * 0.02
    exact = torch.nn.functional.conv2d(x, weight)
    x, weight = rounded(x), rounded(weight)
    results = {"direct": torch.nn.functional.conv2d(x, weight)}
    for m, points in CASES:
        results[f"F({m}x{m}) at " + ", ".join(map(str, points))] = winograd(x, weight, m, points)
    for name, y in results.items():
        print(f"{(y - exact).norm() / exact.norm():.5f}  {name}")


if __name__ == "__main__":
    main()
