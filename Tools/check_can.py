"""Compares creative adversarial networks of the paper's full widths, with random weights, with PyTorch.

    python Tools/check_can.py [--check .build/release/liminal-check] [--threads 2] [--work FOLDER]

Generator and discriminator at 64, 128, 256 and 512 px, in float32: 1 GB in FOLDER, by default one that is removed at the end.
The discriminator looks at what the generator drew. Every error is relative to the largest value of the reference over eight
pictures; it may be 1e-4. The parameters are counted, too, beside the counts by hand of arXiv 2407.12009's layer tables.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
from golden_gan import randomise
from golden_support import write_json
from recipe.can_networks import LATENT, Discriminator, Generator, Widths, configuration, parameter_count
from safetensors.torch import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT = 1e-4
STYLES = 27
# Weights and biases of the generator, and of the discriminator with both heads.
COUNTS = {64: (47_336_960, 13_691_612), 128: (47_855_360, 14_347_228), 256: (47_983_488, 15_920_604),
          512: (48_014_784, 20_115_932)}
SEEDS = list(range(8))


def error_of(found, expected):
    return float((found - expected).abs().max() / expected.abs().max())


@torch.no_grad()
def check(arguments, work, size):
    widths, folder = Widths(), work / str(size)
    generator = randomise(Generator(size, widths), size)
    discriminator = randomise(Discriminator(size, widths, STYLES), size + 1)
    counted = parameter_count(generator), parameter_count(discriminator)
    assert counted == COUNTS[size], counted
    folder.mkdir()
    write_json(folder / "config.json", configuration(size, widths, [f"style {index}" for index in range(STYLES)]))
    for name, model in (("generator", generator), ("discriminator", discriminator)):
        save_file({key: value for key, value in model.state_dict().items() if not key.endswith("num_batches_tracked")},
                  folder / f"{name}.safetensors")
    out = work / f"{size}.safetensors"
    command = [arguments.check, "can", folder, str(arguments.threads), out, *map(str, SEEDS)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    seconds, found, errors = [json.loads(line)["seconds"] for line in lines[1:]], load_file(out), []
    latents = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        latents.append(torch.randn(1, LATENT, 1, 1))
    images = generator(torch.cat(latents))
    real, styles = discriminator(images)
    for name, value in {"image": images.permute(0, 2, 3, 1), "real": real.unsqueeze(1), "styles": styles}.items():
        errors.append(error_of(torch.cat([found[f"{name}.{index}"] for index in range(len(SEEDS))]), value))
    print(f"{size} px: {counted[0]} and {counted[1]} parameters; largest relative error of images {errors[0]:.1e}, "
          f"of real {errors[1]:.1e}, of styles {errors[2]:.1e}; {min(seconds):.2f} s a picture", flush=True)
    assert max(errors) <= LIMIT


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", type=pathlib.Path, default=ROOT / ".build/release/liminal-check")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory(dir=arguments.work) as name:
        for size in COUNTS:
            check(arguments, pathlib.Path(name), size)


if __name__ == "__main__":
    sys.exit(main())
