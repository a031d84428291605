"""What PyTorch computes for the element-wise operations and the norms, on small inputs of odd sizes.

    python Tools/golden_tensors.py [Tests/Golden/tensors]

writes `operations.safetensors`: float32, channels-last. Run twice, the bytes are the same.
"""

import pathlib
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file


def cases() -> dict[str, torch.Tensor]:
    torch.manual_seed(20260101)
    x = torch.randn(3, 67) * 4
    x[0, :8] = torch.tensor([0.0, -0.0, 1e-30, -1e-30, 60.0, -60.0, 12.0, -12.0])
    scale, shift = torch.randn(67), torch.randn(67)
    maps = torch.randn(2, 9, 11, 24) * 2 + 0.5
    map_scale, map_shift = torch.randn(24), torch.randn(24)
    first = maps.permute(0, 3, 1, 2)  # channels first, as PyTorch has it
    grouped = F.group_norm(first, 8, map_scale, map_shift, 1e-5)
    gated = torch.randn(5, 38) * 3
    value, gate = gated.chunk(2, dim=-1)

    def last(t: torch.Tensor) -> torch.Tensor:
        return t.permute(0, 2, 3, 1)

    return {
        "x": x,
        "scale": scale,
        "shift": shift,
        "silu": F.silu(x),
        "gelu": F.gelu(x),
        "gelu_tanh": F.gelu(x, approximate="tanh"),
        "gelu_quick": x * torch.sigmoid(1.702 * x),
        "tanh": torch.tanh(x),
        "softmax": F.softmax(x, dim=-1),
        "layer_norm": F.layer_norm(x, (67,), scale, shift, 1e-5),
        "normalized": F.normalize(x, dim=-1),
        "gated": gated,
        "geglu": value * F.gelu(gate),
        "maps": maps,
        "map_scale": map_scale,
        "map_shift": map_shift,
        "group_norm": last(grouped),
        "group_norm_silu": last(F.silu(grouped)),
        "upsampled": last(F.interpolate(first[:, :3], size=(18, 22), mode="nearest")),
        "upsampled_unevenly": last(F.interpolate(first[:, :3], size=(13, 29), mode="nearest")),
    }


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "Tests/Golden/tensors")
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: t.contiguous() for name, t in cases().items()}, folder / "operations.safetensors")
