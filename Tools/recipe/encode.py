"""Encodes the training pictures: the mean of their latents, scaled, one array a size."""

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from tqdm import tqdm

from recipe.render import read_set
from recipe.scale import SIZES
from recipe.training import arguments_of, autocast, pixels

PIXELS = 2**20  # of a batch


@torch.no_grad()
def encode(work: Path, size: int, device: str) -> Path:
    """Writes the latents of a size unless they are there; float16 (n, 4, size / 8, size / 8)."""
    path = work / "latents" / f"{size}.npy"
    if path.exists():
        return path
    vae = AutoencoderKL.from_pretrained(work / "vae" / "model").to(
        device, memory_format=torch.channels_last)
    images, batch = read_set(work, size).images, max(1, PIXELS // size**2)
    latents = np.empty((len(images), 4, size // 8, size // 8), np.float16)
    for start in tqdm(range(0, len(images), batch), f"encode {size}", mininterval=5):
        part = pixels(images[start:start + batch], device)
        with autocast(device):
            mean = vae.quant_conv(vae.encoder(part))[:, :4]
        latents[start:start + batch] = (mean.float() * vae.config.scaling_factor).cpu().numpy()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".partial").open("wb") as file:
        np.save(file, latents)
    path.with_suffix(".partial").rename(path)
    return path


if __name__ == "__main__":
    options = arguments_of(__doc__)
    for each in (128, *(size for size in SIZES if size != 128)):
        encode(options.work, each, options.device)
