"""Takes what ships as the work folder's own models, so that a stage can go on from there on another machine.

Beside `pack`, `render` and `tokenizer`, which are quick and the same everywhere, this stands for every training stage: the
U-Net and the decoder's last stage start from the adopted models where they have no checkpoint of their own.
"""

import argparse
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from transformers import CLIPModel, CLIPTextModel

from recipe.export import NAME

# The encoder never changed after its stage, so the shipped autoencoder stands for all three.
PARTS = {"vae": (AutoencoderKL, "vae"), "decoder": (AutoencoderKL, "vae"), "texture": (AutoencoderKL, "vae"),
         "tiny_decoder": (AutoencoderTiny, "vae_tiny"), "unet": (UNet2DConditionModel, "unet"),
         "text": (CLIPTextModel, "text_encoder")}


def adopt(work: Path, weights: Path) -> None:
    """Writes every model of `weights` in single precision, and the networks and centroids as they are."""
    pipeline = weights / "diffusion" / NAME
    for stage, (model, part) in PARTS.items():
        loaded = model.from_pretrained(pipeline / part).to(torch.float32)
        loaded.save_pretrained(work / stage / "model")
    for stage in ("clip", "clip_tune"):
        shutil.copytree(weights / "clip" / NAME, work / stage / "model", dirs_exist_ok=True)
        CLIPModel.from_pretrained(work / stage / "model").to(torch.float32).save_pretrained(work / stage / "model")
    for folder in sorted((weights / "gan").iterdir()):
        shutil.copytree(folder, work / "can" / folder.name.removeprefix(f"{NAME}-") / "model", dirs_exist_ok=True)
    shutil.copytree(weights / "centroids", work / "centroids", dirs_exist_ok=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("out/recipe"))
    parser.add_argument("--weights", type=Path, default=Path("../weights"))
    options = parser.parse_args()
    adopt(options.work, options.weights)
