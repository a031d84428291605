"""Compares DINO and ImageReward of their full sizes, with random weights, with what transformers makes of them.

    python Tools/check_perception.py [--check .build/release/liminal-check] [--threads 2] [--work FOLDER]

ViT-S/16 as facebook/dino-vits16, and ViT-L/16 with a cross-attended BERT-base as ImageReward-v1.0, in float32: 2 GB in FOLDER,
by default one that is removed at the end. Every error is relative to the largest value of the reference; it may be 1e-4. The
seconds are of one picture, without and with the time to load.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from convert_image_reward import TEXT, VISION, convert
from golden_clip import picture
from golden_perception import PIECES, Reward, bert_tokenizer, dino_features, preprocess, randomise, tokens_of
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import ViTConfig, ViTModel
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT = 1e-4
# facebook/dino-vits16's config.json and preprocessor_config.json.
DINO = dict(hidden_size=384, intermediate_size=1536, num_hidden_layers=12, num_attention_heads=6, image_size=224, patch_size=16,
            layer_norm_eps=1e-12)
PROCESSOR = dict(size=224, resample=2, image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])
HEAD = [1024, 128, 64, 16]
SIZES = [(512, 512), (300, 451), (1024, 768), (97, 64)]
PROMPTS = ["a painting of a fox", "unaffable water-color, in the style of art", "fox, " * 40, ""]


def write_images(folder):
    images = [picture(height, width, 700 + index) for index, (height, width) in enumerate(SIZES)]
    paths = [folder / f"{index}.png" for index in range(len(images))]
    for image, path in zip(images, paths):
        Image.fromarray(image).save(path)
    return images, paths


def liminal(arguments, kind, folder, *rest):
    """The tensors that Liminal writes, and the seconds of loading and of each picture."""
    out = folder.parent / f"{kind}.safetensors"
    command = [arguments.check, kind, folder, str(arguments.threads), out, *rest]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [json.loads(line) for line in printed.splitlines()]
    return load_file(out), lines[0]["load_seconds"], [line["seconds"] for line in lines[1:]]


def report(name, found, expected):
    error = float((found - expected).abs().max() / expected.abs().max())
    print(f"{name}: largest relative error {error:.1e}, largest value {float(expected.abs().max()):.3g}")
    assert error <= LIMIT, name


def check_dino(arguments, work, images, paths):
    folder = work / "dino"
    model = randomise(ViTModel(ViTConfig(**DINO), add_pooling_layer=False), torch.float32, 1)
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(PROCESSOR), encoding="utf-8")
    pixels = ViTImageProcessorPil(**PROCESSOR)([Image.fromarray(image) for image in images], return_tensors="pt").pixel_values
    whole, keys = dino_features(model, pixels)
    found, load, seconds = liminal(arguments, "dino", folder, *paths)
    for name, values in {"style": whole[:, 0], "content": keys.flatten(1), "whole": whole.flatten(1)}.items():
        report(f"DINO {name}", torch.stack([found[f"{name}.{index}"] for index in range(len(images))]), values)
    print(f"DINO: loads in {load:.2f} s, one picture {min(seconds):.3f} s at best, {max(seconds):.3f} s at worst")


def check_reward(arguments, work, images, paths):
    folder = work / "image_reward"
    model = randomise(Reward(VISION, TEXT, HEAD), torch.float32, 2)
    tensors, config = convert(model.package_state(), {"vision": VISION, "text": TEXT})
    folder.mkdir(parents=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    vocabulary = list(dict.fromkeys(PIECES.split()))
    (folder / "vocab.txt").write_text("".join(token + "\n" for token in vocabulary), encoding="utf-8")
    del tensors
    tokens = tokens_of(bert_tokenizer(vocabulary), PROMPTS)
    pixels = torch.stack([preprocess(image, 224) for image in images])
    started = time.perf_counter()
    rewards = model(pixels, tokens.input_ids, tokens.attention_mask)[2]
    reference = (time.perf_counter() - started) / len(images)
    del model
    pairs = [part for path, prompt in zip(paths, PROMPTS) for part in (path, prompt)]
    found, load, seconds = liminal(arguments, "reward", folder, *pairs)
    print("rewards:", *(f"{value:.5f}" for value in rewards.tolist()))
    report("ImageReward", found["rewards"], rewards)
    print(f"ImageReward: loads in {load:.2f} s, one picture {min(seconds):.2f} s at best, {max(seconds):.2f} s at worst; "
          f"torch, four at once, {reference:.2f} s each")


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", type=pathlib.Path, default=ROOT / ".build/release/liminal-check")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory(dir=arguments.work) as name:
        work = pathlib.Path(name)
        images, paths = write_images(work)
        check_dino(arguments, work, images, paths)
        check_reward(arguments, work, images, paths)


if __name__ == "__main__":
    sys.exit(main())
