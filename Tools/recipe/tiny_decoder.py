"""Trains the fast autoencoder: AutoencoderTiny (diffusers, after TAESD) for the same latents.

It takes and gives scaled latents. Its decoder serves previews and the fast mode; its encoder
learns to give the large one's latents.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, AutoencoderTiny
from PIL import Image
from torch import nn

from recipe.render import read_set
from recipe.scale import SCALES, SIZES
from recipe.training import (
    Average,
    Training,
    arguments_of,
    autocast,
    pictures,
    pixels,
    rate_at,
    set_rate,
    sheet,
)
from recipe.vae import batch_of, moments, reconstruction_loss

WIDTH = 32
LOG_EVERY = 250


def new_tiny() -> AutoencoderTiny:
    """An untrained autoencoder of 0.5 M parameters."""
    torch.manual_seed(0)
    tiny = AutoencoderTiny(
        encoder_block_out_channels=(WIDTH,) * 4, decoder_block_out_channels=(WIDTH,) * 4,
        num_encoder_blocks=(1, 2, 2, 2), num_decoder_blocks=(3, 3, 2, 1), scaling_factor=1.0)
    return tiny.to(memory_format=torch.channels_last)


def train(work: Path, scale_name: str, device: str) -> Path:
    """Trains and returns the folder of the averaged model."""
    scale, folder = SCALES[scale_name], work / "tiny_decoder"
    sets = {size: (each, each.indices(held_out=False, pure=False))
            for size in SIZES for each in [read_set(work, size)]}
    large = AutoencoderKL.from_pretrained(work / "vae" / "model").to(
        device, memory_format=torch.channels_last)
    tiny, stage, factor = new_tiny().to(device), scale.tiny_decoder, large.config.scaling_factor
    optimizer = torch.optim.AdamW(tiny.parameters(), 1, (0.9, 0.99), weight_decay=1e-4, fused=True)
    average, images = Average(tiny, 0.998), sets[scale.native][0]
    check = pixels(images.images[np.sort(images.indices(held_out=True)[:48])], device)
    training = Training(folder, stage.steps, {"tiny": tiny, "optimizer": optimizer,
                                              "average": average})
    for step in training:
        set_rate(optimizer, rate_at(step, stage.steps, stage.rate))
        x = batch_of(sets, 2 * 10**6 + step, stage.steps, stage.batch, device)
        with autocast(device):
            with torch.no_grad():
                latents = factor * moments(large, x)[0]
            # diffusers' encoder expects -1...1 as the decoder gives it.
            encoded = tiny.encode(x).latents.float()
            output = tiny.decode(latents).sample.float()
        loss = reconstruction_loss(output, x) + F.mse_loss(encoded, latents)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(tiny.parameters(), 1)
        optimizer.step()
        average.update(step)
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            with average.applied(), torch.no_grad(), autocast(device):
                latents = factor * torch.cat([moments(large, part)[0] for part in check.split(8)])
                output = torch.cat([tiny.decode(part).sample for part in latents.split(8)]).float()
                tiny.save_pretrained(folder / "model")
            error = (output.clamp(-1, 1) - check).div(2).pow(2).mean((1, 2, 3))
            both = np.concatenate([pictures(check[:12]), pictures(output[:12])])
            Image.fromarray(sheet(both, 12)).save(folder / "sheet.png")
            training.log(step + 1, loss=loss.item(), psnr=(-10 * error.log10()).mean())
    return folder / "model"


if __name__ == "__main__":
    options = arguments_of(__doc__)
    train(options.work, options.scale, options.device)
