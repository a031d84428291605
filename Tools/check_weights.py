"""Loads what ships in diffusers and transformers, and compares it with what the server makes of it.

    python Tools/check_weights.py [--weights weights] [--liminal .build/release/liminal]

Checks every file against SHA256SUMS and the sizes against their limits; draws one picture with each decoder in diffusers
and with `liminal generate`, at least 50 dB alike; scores it with transformers' CLIP and with `liminal score`, posteriors
within 1e-4; and has PyTorch load every adversarial network, whose discriminator must agree with `liminal score`, too.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from diffusers import AutoencoderTiny, StableDiffusionPipeline
from PIL import Image
from recipe.can_networks import Discriminator, Generator, Widths, noise
from safetensors.torch import load_file
from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizer

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME, PROMPT, SIZE, SEED = "emoji", "a watercolor painting of a fox", 128, 7
MEGABYTES = {"diffusion": 60, "clip": 20, "": 90}


def check_files(weights):
    subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=weights, check=True)
    for folder, limit in MEGABYTES.items():
        size = sum(path.stat().st_size for path in (weights / folder).rglob("*") if path.is_file()) / 1e6
        print(f"{folder or 'all'}: {size:.1f} MB of {limit}")
        assert size <= limit


def liminal(binary, weights, *arguments):
    command = [binary, *arguments, "--weights", weights]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def check_pipeline(weights, binary, folder):
    """Both decoders' pictures in diffusers and by the server; returns the file of the exact one."""
    path = weights / "diffusion" / NAME
    settings = json.loads((path / "generation_config.json").read_text())
    pipeline = StableDiffusionPipeline.from_pretrained(path, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    tiny = AutoencoderTiny.from_pretrained(path / "vae_tiny", torch_dtype=torch.float32)
    exact = folder / "full.png"
    for decoder, vae in (("full", pipeline.vae), ("fast", tiny)):
        pipeline.vae = vae
        expected = np.asarray(pipeline(
            PROMPT, height=SIZE, width=SIZE, generator=torch.Generator().manual_seed(SEED), **settings).images[0])
        file = folder / f"{decoder}.png"
        liminal(binary, weights, "generate", PROMPT, "--size", f"{SIZE}x{SIZE}", "--seed", str(SEED),
                "--decoder", decoder, "--scorers", "", "-o", str(file))
        error = np.square(expected.astype(float) - np.asarray(Image.open(file).convert("RGB"))).mean()
        ratio = 10 * np.log10(255**2 / max(error, 1e-9))
        print(f"diffusers beside liminal, {decoder} decoder: {ratio:.1f} dB")
        assert ratio >= 50
    return exact


@torch.no_grad()
def check_clip(weights, binary, file):
    path = weights / "clip" / NAME
    model = CLIPModel.from_pretrained(path, dtype=torch.float32).eval()
    labels = (weights / "styles" / f"{NAME}.txt").read_text(encoding="utf-8").splitlines()
    tokens = CLIPTokenizer.from_pretrained(path)(labels, padding="max_length", truncation=True, return_tensors="pt")
    pixels = CLIPImageProcessor.from_pretrained(path)([Image.open(file).convert("RGB")], return_tensors="pt").pixel_values
    expected = model(input_ids=tokens.input_ids, pixel_values=pixels).logits_per_image.softmax(-1)[0]
    compare("CLIP", liminal(binary, weights, "score", str(file)), dict(zip(labels, expected.tolist(), strict=True)))


@torch.no_grad()
def check_networks(weights, binary, folder):
    for path in sorted((weights / "gan").iterdir()):
        config = json.loads((path / "config.json").read_text())
        widths = Widths(config["generator_channels"], config["discriminator_first_channels"],
                        config["discriminator_last_channels"], tuple(config["style_head_features"]))
        generator = Generator(config["size"], widths)
        discriminator = Discriminator(config["size"], widths, len(config["labels"]))
        for name, network in (("generator", generator), ("discriminator", discriminator)):
            assert (path / f"{name}.safetensors").stat().st_size <= 2.5e6
            tensors = {key: value.float() for key, value in load_file(path / f"{name}.safetensors").items()}
            missing = network.load_state_dict(tensors, strict=False)
            assert not missing.unexpected_keys
            assert all(key.endswith("num_batches_tracked") for key in missing.missing_keys)
            network.eval()
        drawn = generator(noise(1, SEED))[0].permute(1, 2, 0).add(1).mul(127.5).round().byte().numpy()
        file = folder / f"{path.name}.png"
        Image.fromarray(drawn).save(file)
        pixels = torch.from_numpy(drawn).permute(2, 0, 1)[None].float() / 127.5 - 1
        expected = discriminator(pixels)[1].softmax(-1)[0].tolist()
        answer = liminal(binary, weights, "score", str(file), "--scorers", f"gan:{path.name}")
        compare(path.name, answer, dict(zip(config["labels"], expected, strict=True)))


def compare(name, answer, expected):
    found = answer["data"][0]["scores"][0]["probabilities"]
    assert found.keys() == expected.keys()
    error = max(abs(found[label] - value) for label, value in expected.items())
    print(f"{name}: largest difference of a posterior {error:.1e}")
    assert error <= 1e-4


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=pathlib.Path, default=ROOT / "weights")
    parser.add_argument("--liminal", type=pathlib.Path, default=ROOT / ".build/release/liminal")
    arguments = parser.parse_args()
    check_files(arguments.weights)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_clip(arguments.weights, arguments.liminal, check_pipeline(arguments.weights, arguments.liminal, folder))
        check_networks(arguments.weights, arguments.liminal, folder)


if __name__ == "__main__":
    sys.exit(main())
