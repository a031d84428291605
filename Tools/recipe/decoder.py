"""Goes on with the autoencoder's decoder, its latents fixed, against a small critic of patches.

Regression alone smears hatching, dots and lead lines; the critic asks for a drawing's texture.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from torch import Tensor, nn

from recipe.render import read_set
from recipe.scale import SCALES, SIZES
from recipe.training import Average, Training, arguments_of, autocast, pixels, rate_at, set_rate
from recipe.vae import batch_of, measure, moments, reconstruction_loss, save_sheet

CRITIC_WEIGHT = 0.05
LOG_EVERY = 250


class Critic(nn.Module):
    """A patch discriminator: whether a 14-pixel neighbourhood has a drawing's texture."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1), nn.GroupNorm(8, 2 * width), nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 2 * width, 3, 1, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images).float()


def train(work: Path, scale_name: str, device: str) -> Path:
    """Trains and returns the folder of the whole autoencoder."""
    scale, folder = SCALES[scale_name], work / "decoder"
    sets = {size: (each, each.indices(held_out=False, pure=False))
            for size in SIZES for each in [read_set(work, size)]}
    vae = AutoencoderKL.from_pretrained(work / "vae" / "model").to(
        device, memory_format=torch.channels_last)
    for part in (vae.encoder, vae.quant_conv):
        part.requires_grad_(False)
    torch.manual_seed(0)
    critic = Critic().to(device, memory_format=torch.channels_last)
    stage = scale.decoder
    trained = [p for p in vae.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, 1, (0.9, 0.99), weight_decay=1e-4, fused=True)
    judge = torch.optim.AdamW(critic.parameters(), 4e-4, (0.5, 0.9), fused=True)
    images = sets[scale.native][0]
    check = pixels(images.images[np.sort(images.indices(held_out=True)[:48])], device)
    average = Average(vae, 0.998)
    training = Training(folder, stage.steps, {"vae": vae, "critic": critic, "optimizer": optimizer,
                                              "judge": judge, "average": average})
    for step in training:
        set_rate(optimizer, rate_at(step, stage.steps, stage.rate))
        x = batch_of(sets, 10**6 + step, stage.steps, stage.batch, device)
        with autocast(device):
            with torch.no_grad():
                mean, log_variance = moments(vae, x)
                latents = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
            output = vae.decode(latents).sample
            fooled = -critic(output).mean()
        weight = CRITIC_WEIGHT * min(1, step / (0.2 * stage.steps))
        loss = reconstruction_loss(output.float(), x) + weight * fooled
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1)
        optimizer.step()
        average.update(step)
        with autocast(device):
            # The hinge loss of geometric GANs (arXiv 1705.02894, eq. 4).
            hinge = F.relu(1 - critic(x)).mean() + F.relu(1 + critic(output.detach())).mean()
        judge.zero_grad(set_to_none=True)
        hinge.backward()
        judge.step()
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            with average.applied():
                psnr, _, output = measure(vae, check)
                vae.save_pretrained(folder / "model")
            save_sheet(folder / "sheet.png", check, output)
            training.log(step + 1, loss=loss.item(), hinge=hinge.item(), psnr=psnr)
    return folder / "model"


if __name__ == "__main__":
    options = arguments_of(__doc__)
    train(options.work, options.scale, options.device)
