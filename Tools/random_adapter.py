"""A low-rank adapter with random weights for the attention layers of any pipeline folder, for trying adapters out.

    python Tools/random_adapter.py PIPELINE ADAPTER [--style diffusers|kohya] [--rank 4] [--strength 0.3] [--seed 0]

writes ADAPTER/pytorch_lora_weights.safetensors, or the file itself where ADAPTER ends in .safetensors; in kohya's style
with alphas of half the rank. At strength 1 and scale 1 pictures change beyond recognition.
Needs NumPy and safetensors.
"""

import argparse
import json
import pathlib

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file

ATTENTION = {
    "unet": ("to_q", "to_k", "to_v", "to_out.0"),
    "text_encoder": ("q_proj", "k_proj", "v_proj", "out_proj"),
}
FILES = ("diffusion_pytorch_model", "model", "diffusion_pytorch_model.fp16", "model.fp16")
USUAL_NAME = "pytorch_lora_weights.safetensors"  # diffusers `LORA_WEIGHT_NAME_SAFE`


def files_of(folder):
    """The weights of a network: one file, or the shards that an index names."""
    for index in sorted(folder.glob("*.safetensors.index*.json")):
        return sorted({folder / name for name in json.loads(index.read_text())["weight_map"].values()})
    return [next(folder / f"{stem}.safetensors" for stem in FILES if (folder / f"{stem}.safetensors").exists())]


def layers(pipeline):
    """Network, path, outputs and inputs of each attention layer."""
    for network, endings in ATTENTION.items():
        for file in files_of(pipeline / network):
            with safe_open(file, framework="numpy") as weights:
                for name in sorted(weights.keys()):
                    path = name.removesuffix(".weight")
                    if path != name and path.endswith(endings):
                        yield network, path, *weights.get_slice(name).get_shape()[:2]


def names(network, path, style):
    """What a style calls a layer's two factors, and its alpha if it has one."""
    if style == "diffusers":
        return f"{network}.{path}.lora_A.weight", f"{network}.{path}.lora_B.weight", None
    if network == "text_encoder" and not path.startswith("text_model."):
        path = "text_model." + path
    layer = {"unet": "lora_unet_", "text_encoder": "lora_te_"}[network] + path.replace(".", "_")
    return f"{layer}.lora_down.weight", f"{layer}.lora_up.weight", f"{layer}.alpha"


def adapter(pipeline, style, rank, strength, seed):
    generator = numpy.random.default_rng(seed)
    tensors = {}
    for network, path, outputs, inputs in layers(pipeline):
        down, up, alpha = names(network, path, style)
        factor = 2 if alpha else 1  # An alpha of half the rank halves the product.
        tensors[down] = generator.standard_normal((rank, inputs)) * inputs**-0.5
        tensors[up] = generator.standard_normal((outputs, rank)) * (factor * strength * rank**-0.5)
        if alpha:
            tensors[alpha] = numpy.array(rank / 2)
    return {name: tensor.astype(numpy.float16) for name, tensor in tensors.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pipeline", type=pathlib.Path)
    parser.add_argument("adapter", type=pathlib.Path)
    parser.add_argument("--style", choices=["diffusers", "kohya"], default="diffusers")
    parser.add_argument("--rank", type=int, default=4)
    parser.add_argument("--strength", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    path = arguments.adapter if arguments.adapter.suffix == ".safetensors" else arguments.adapter / USUAL_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = adapter(
        arguments.pipeline, arguments.style, arguments.rank, arguments.strength, arguments.seed)
    save_file(tensors, path, metadata={"format": "pt"})
    print(f"{path}: {sum(tensor.size for tensor in tensors.values())} scalars in {len(tensors)} tensors")


if __name__ == "__main__":
    main()
