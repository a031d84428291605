"""Converts a creative adversarial network of arXiv 2407.12009's code to a folder that the server loads.

    python Tools/convert_can.py OUT --generator gen-weights.pickle --discriminator disc-weights.pickle --labels styles.txt

The state dicts are PyTorch's; nothing but tensors is unpickled. Layers are taken in the order of the file, whatever they are
called: convolutions and the batch norms after them make up `main`, the linear layer to one number is `real`, the other three
are `style`. The labels, one a line, must be in the order of the style head's outputs, which the author's files do not say.
"""

import argparse
import json
import pathlib

import torch
from recipe.can_networks import Discriminator, Generator, Widths, configuration
from safetensors.torch import save_file

NORM = ("weight", "bias", "running_mean", "running_var")


def layers_of(state):
    """The modules of a state dict in order: [{"weight": ..., ...}]."""
    layers = {}
    for name, tensor in state.items():
        module, _, part = name.rpartition(".")
        layers.setdefault(module, {})[part] = tensor
    return list(layers.values())


def generator_tensors(state):
    """Names and tensors of the generator: convolutions at main.0, main.3, ... and the norms after them."""
    tensors, place = {}, 0
    for layer in layers_of(state):
        if layer["weight"].dim() == 4:
            tensors[f"main.{place}.weight"] = layer["weight"]
            place += 3
        else:
            tensors |= {f"main.{place - 2}.{part}": layer[part] for part in NORM}
    return tensors


def discriminator_tensors(state):
    """Names and tensors of the discriminator: its trunk as above, and its two heads."""
    linear = [layer for layer in layers_of(state) if layer["weight"].dim() == 2]
    real = [layer for layer in linear if len(layer["weight"]) == 1]
    styles = [layer for layer in linear if len(layer["weight"]) > 1]
    if len(real) != 1 or len(styles) != 3:
        raise SystemExit(f"a discriminator has one linear layer to 1 and three others, not {len(real)} and {len(styles)}")
    trunk = {name: tensor for name, tensor in state.items()
             if not any(tensor is part for layer in linear for part in layer.values())}
    tensors = generator_tensors(trunk)
    for name, layer in [("real", real[0]), *zip(("style.0", "style.3", "style.6"), styles)]:
        tensors |= {f"{name}.{part}": layer[part] for part in ("weight", "bias")}
    return tensors


def convert(generator, discriminator, labels):
    """The configuration and both networks' tensors, checked against the layer rule."""
    drawing, judging = generator_tensors(generator), discriminator_tensors(discriminator)
    convolutions = sum(tensor.dim() == 4 for tensor in drawing.values())
    size = 2 ** (convolutions + 1)
    heads = tuple(len(judging[f"style.{place}.weight"]) for place in (0, 3, 6))
    if heads[2] != len(labels):
        raise SystemExit(f"{len(labels)} labels for a style head of {heads[2]}")
    trunk = [tensor for name, tensor in judging.items() if name.startswith("main") and tensor.dim() == 4]
    widths = Widths(drawing["main.0.weight"].shape[1], len(trunk[0]), len(trunk[-1]), heads[:2])
    for model, tensors in ((Generator(size, widths), drawing), (Discriminator(size, widths, len(labels)), judging)):
        expected = {name: value.shape for name, value in model.state_dict().items()
                    if not name.endswith("num_batches_tracked")}
        found = {name: value.shape for name, value in tensors.items()}
        if expected != found:
            wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
            raise SystemExit(f"the layers are not those of a {size} px network: {', '.join(wrong)}")
    return configuration(size, widths, labels), drawing, judging


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    for name in ("generator", "discriminator", "labels"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    states = [torch.load(path, map_location="cpu", weights_only=True)
              for path in (arguments.generator, arguments.discriminator)]
    labels = [line.strip() for line in arguments.labels.read_text(encoding="utf-8").splitlines() if line.strip()]
    config, drawing, judging = convert(*states, labels)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, tensors in (("generator", drawing), ("discriminator", judging)):
        tensors = {key: value.float().contiguous() for key, value in tensors.items()}
        save_file(tensors, arguments.out / f"{name}.safetensors", {"format": "pt"})
    (arguments.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(f"{arguments.out}: {config['size']} px, {len(labels)} styles")


if __name__ == "__main__":
    main()
