"""Converts LAION's improved aesthetic predictor to a head that the server loads: one affine map of a CLIP embedding.

    python Tools/convert_aesthetic.py sac+logos+ava1-l14-linearMSE.pth weights/heads/laion.safetensors --embedder NAME

The predictor (github.com/christophschuhmann/improved-aesthetic-predictor) is five linear layers, `layers.0`, `.2`, `.4`,
`.6` and `.7`, with nothing between them but dropout, which does nothing outside of training: their product is one layer.
NAME is that of the CLIP ViT-L/14 among the server's models. Nothing but tensors is unpickled.
"""

import argparse
import pathlib

import numpy as np
import torch
from golden_support import write_safetensors

# The range of AVA's ratings, on which the predictor was trained.
RANGE = [1, 10]


def fold(state):
    """One layer for a chain of them: weight [1, D] and bias [1], multiplied out in float64."""
    layers = {name.rpartition(".")[0] for name in state}
    whole = {f"{layer}.{part}" for layer in layers for part in ("weight", "bias")}
    if set(state) != whole or not all(layer.rpartition(".")[2].isdigit() for layer in layers):
        raise SystemExit(f"not a chain of linear layers: {', '.join(sorted(state))}")
    layers = sorted(layers, key=lambda layer: int(layer.rpartition(".")[2]))
    width = state[f"{layers[0]}.weight"].shape[-1]
    weight, bias = np.eye(width), np.zeros(width)
    for layer in layers:
        factor, offset = (state[f"{layer}.{part}"].double().numpy() for part in ("weight", "bias"))
        if factor.ndim != 2 or factor.shape[1] != len(weight) or offset.shape != factor.shape[:1]:
            raise SystemExit(f"{layer} does not follow the layer before it: {factor.shape} after {len(weight)} outputs")
        weight, bias = factor @ weight, factor @ bias + offset
    if len(weight) != 1:
        raise SystemExit(f"{len(weight)} scores, not one")
    return weight.astype(np.float32), bias.astype(np.float32)


def write_head(path, state, embedder):
    """Writes the folded layers and what they are of; returns the layer."""
    weight, bias = fold(state)
    write_safetensors(path, {"weight": weight, "bias": bias}, {"embedder": embedder, "range": RANGE})
    return weight, bias


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--embedder", required=True)
    arguments = parser.parse_args()
    state = torch.load(arguments.checkpoint, map_location="cpu", weights_only=True)
    weight, bias = write_head(arguments.out, state, arguments.embedder)
    print(f"{arguments.out}: {weight.shape[1]} numbers, of length {np.linalg.norm(weight):.5f}; bias {bias[0]:.5f}")


if __name__ == "__main__":
    main()
