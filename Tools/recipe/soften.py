"""Latents as the diffusion model draws them, each beside the drawing that it stands for.

Drawings are noised to the middle of the schedule and drawn anew from there (arXiv 2108.01073): the thing stays where it is,
while the fine structure of the latents is the model's own, softer than an encoder's. The decoder's last stage learns from both.
"""

from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor
from tqdm import tqdm
from transformers import CLIPTextModel

from recipe.captions import prompt
from recipe.encode import encode
from recipe.names import names_of
from recipe.render import generator, read_set
from recipe.sprite import read_pack
from recipe.scale import SCALES
from recipe.text import token_ids
from recipe.tokenizer import read_tokenizer
from recipe.training import arguments_of, autocast
from recipe.unet import GENERATION, new_scheduler

BATCH = 25
FIRST_STEPS = (13, 20)  # of thirty: where the drawing begins, t = 566 down to 333


@torch.no_grad()
def drawn(unet: UNet2DConditionModel, latents: Tensor, words: Tensor, first: int) -> Tensor:
    """Latents (n, 4, h, w) noised to step `first` and drawn to the end; `words` has the empty caption's states first."""
    scheduler = new_scheduler()
    scheduler.set_timesteps(GENERATION["num_inference_steps"], device=latents.device)
    times = scheduler.timesteps[first:]
    latents = scheduler.add_noise(latents, torch.randn_like(latents), times[:1])
    for time in times:
        with autocast(latents.device.type):
            without, towards = unet(torch.cat([latents, latents]), time, words).sample.float().chunk(2)
        velocity = without + GENERATION["guidance_scale"] * (towards - without)
        latents = scheduler.step(velocity, time, latents, eta=GENERATION["eta"]).prev_sample
    return latents


def soften(work: Path, scale_name: str, device: str) -> Path:
    """Writes soft.npz: rows (n) of the native set and latents (n, 4, s / 8, s / 8), float16, unless it is there."""
    scale, path = SCALES[scale_name], work / "latents" / "soft.npz"
    if path.exists():
        return path
    images, names = read_set(work, scale.native), names_of(read_pack(work / "pack"))
    rng = generator("soft latents")
    rows = np.sort(rng.permutation(images.indices(held_out=False))[:scale.softened])
    latents = np.load(encode(work, scale.native, device), mmap_mode="r")
    unet = UNet2DConditionModel.from_pretrained(work / "unet" / "model").to(device, memory_format=torch.channels_last)
    encoder = CLIPTextModel.from_pretrained(work / "text" / "model").to(device).eval()
    tokenizer, soft = read_tokenizer(work), np.empty((len(rows), *latents.shape[1:]), np.float16)
    torch.manual_seed(0)
    for start in tqdm(range(0, len(rows), BATCH), "soften", mininterval=5):
        part = rows[start:start + BATCH]
        captions = [prompt(images.rows[row].style, names[images.rows[row].code][0]) for row in part]
        with torch.no_grad():
            words = encoder(token_ids(tokenizer, [""] * len(part) + captions, device)).last_hidden_state
        before = torch.from_numpy(latents[part].astype(np.float32)).to(device)
        soft[start:start + BATCH] = drawn(unet, before, words, int(rng.integers(*FIRST_STEPS))).cpu().numpy()
    with path.with_suffix(".partial").open("wb") as file:
        np.savez(file, rows=rows, latents=soft)
    path.with_suffix(".partial").rename(path)
    return path


if __name__ == "__main__":
    options = arguments_of(__doc__)
    soften(options.work, options.scale, options.device)
