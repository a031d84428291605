"""Trains the autoencoder; `decoder` goes on with its decoder alone.

The layout is AutoencoderKL's (diffusers), factor 8, four latent channels. What a small one needs:
at least eight channels a norm group; residual blocks that start as the identity; and an auxiliary
target, the whitened four-component PCA of the 8 x 8 patches, that keeps the latents tidy.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from diffusers.models.resnet import ResnetBlock2D
from PIL import Image
from torch import Tensor, nn

from recipe.render import Set, read_set
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

CROP = 64
SHARES = {64: 0.1, 128: 0.5, 256: 0.25, 512: 0.15}  # how often a crop is taken from each size
KL_WEIGHT, PCA_WEIGHT, EDGE_WEIGHT = 1e-3, 0.3, 0.1
LOG_EVERY = 250


def new_autoencoder(sample_size: int) -> AutoencoderKL:
    """An untrained autoencoder of 2.7 M parameters."""
    torch.manual_seed(0)
    vae = AutoencoderKL(
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
        block_out_channels=[32, 32, 64, 128], layers_per_block=1, latent_channels=4,
        norm_num_groups=4, sample_size=sample_size, mid_block_add_attention=False)
    for block in vae.modules():
        if isinstance(block, ResnetBlock2D):
            nn.init.zeros_(block.conv2.weight)
            nn.init.zeros_(block.conv2.bias)
    with torch.no_grad():
        vae.quant_conv.bias[4:] = -6  # a log variance that adds hardly any noise at first
    return vae.to(memory_format=torch.channels_last)


def draw_crops(sets: dict[int, tuple[Set, np.ndarray]], rng: np.random.Generator,
               count: int, side: int) -> np.ndarray:
    """`count` crops (side, side, 3) from pictures of one size, on a four-pixel grid, half of them mirrored."""
    sizes = [size for size in sets if size >= side]
    shares = np.array([SHARES[size] for size in sizes])
    size = int(rng.choice(sizes, p=shares / shares.sum()))
    images, rows = sets[size]
    crops = np.empty((count, side, side, 3), np.uint8)
    for crop, row in zip(crops, rng.choice(rows, count), strict=True):
        top, left = 4 * rng.integers(0, (size - side) // 4 + 1, 2)
        crop[:] = images.images[row, top:top + side, left:left + side]
        if rng.random() < 0.5:
            crop[:] = crop[:, ::-1].copy()
    return crops


class PatchPCA(nn.Module):
    """The whitened leading four components of 8 x 8 patches, as a strided convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("kernel", torch.zeros(4, 3, 8, 8))
        self.register_buffer("bias", torch.zeros(4))

    def fit(self, images: Tensor) -> None:
        """Fits the components on pictures (n, 3, h, w)."""
        patches = F.unfold(images, 8, stride=8).transpose(1, 2).reshape(-1, 192)
        mean = patches.mean(0)
        values, vectors = torch.linalg.eigh(torch.cov((patches - mean).T))
        components = vectors[:, -4:].flip(1) / values[-4:].flip(0).sqrt()
        self.kernel.copy_(components.T.reshape(4, 3, 8, 8))
        self.bias.copy_(-mean @ components)

    def forward(self, images: Tensor) -> Tensor:
        """(n, 3, h, w) to (n, 4, h / 8, w / 8)."""
        return F.conv2d(images, self.kernel, self.bias, stride=8)


def reconstruction_loss(output: Tensor, target: Tensor) -> Tensor:
    """L1 + L2 at three scales, and the difference of the edges at the finer two."""
    total = torch.zeros((), device=output.device)
    for scale in range(3):
        error = output - target
        level = error.abs().mean() + error.pow(2).mean()
        edges = error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean()
        total = total + level * (1 if scale == 0 else 0.5) + EDGE_WEIGHT * (scale < 2) * edges
        output, target = F.avg_pool2d(output, 2), F.avg_pool2d(target, 2)
    return total


def moments(vae: AutoencoderKL, images: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log variance of the latents, in single precision."""
    mean, log_variance = vae.quant_conv(vae.encoder(images)).chunk(2, 1)
    return mean.float(), log_variance.float().clamp(-20, 10)


@torch.no_grad()
def measure(vae: AutoencoderKL, images: Tensor) -> tuple[float, Tensor, Tensor]:
    """PSNR in dB (mean over pictures), the latents, and the reconstructions."""
    with autocast(images.device.type):
        latents = torch.cat([moments(vae, part)[0] for part in images.split(8)])
        output = torch.cat([vae.decode(part).sample for part in latents.split(8)]).float()
    error = (output.clamp(-1, 1) - images).div(2).pow(2).mean((1, 2, 3))
    return float((-10 * error.log10()).mean()), latents, output


def batch_of(sets: dict, step: int, steps: int, batch: int, device: str) -> Tensor:
    """Crops of 64 px; in the last third, a quarter as many of 128 px."""
    rng = np.random.default_rng([1, step])
    whole = step > steps * 0.67 and rng.random() < 0.5
    side, count = (2 * CROP, max(1, batch // 4)) if whole else (CROP, batch)
    return pixels(draw_crops(sets, rng, count, side), device)


def save_sheet(path: Path, images: Tensor, output: Tensor) -> None:
    """Drawings above their reconstructions."""
    both = np.concatenate([pictures(images[:12]), pictures(output[:12])])
    Image.fromarray(sheet(both, 12)).save(path)


def train(work: Path, scale_name: str, device: str) -> Path:
    """Trains encoder and decoder; returns the folder with the averaged autoencoder."""
    scale, folder = SCALES[scale_name], work / "vae"
    sets = {size: (each, each.indices(held_out=False, pure=False))
            for size in SIZES for each in [read_set(work, size)]}
    vae, pca = new_autoencoder(scale.native).to(device), PatchPCA().to(device)
    images, rows = sets[scale.native]
    pca.fit(pixels(images.images[np.sort(rows[:1000])], device))
    held = images.indices(held_out=True)[:48]
    check = pixels(images.images[np.sort(held)], device)
    optimizer = torch.optim.AdamW(vae.parameters(), 1, (0.9, 0.99), weight_decay=1e-4, fused=True)
    average, stage = Average(vae, 0.998), scale.vae
    training = Training(folder, stage.steps, {"vae": vae, "optimizer": optimizer, "average": average})
    for step in training:
        set_rate(optimizer, rate_at(step, stage.steps, stage.rate))
        x = batch_of(sets, step, stage.steps, stage.batch, device)
        with autocast(device):
            mean, log_variance = moments(vae, x)
            latents = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
            output = vae.decode(latents).sample.float()
        kl = 0.5 * (mean.pow(2) + log_variance.exp() - 1 - log_variance).sum(1).mean()
        guide = PCA_WEIGHT * max(0.03, 1 - step / (0.4 * stage.steps))
        loss = reconstruction_loss(output, x) + KL_WEIGHT * kl + guide * F.mse_loss(mean, pca(x))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(vae.parameters(), 1)
        optimizer.step()
        average.update(step)
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            with average.applied():
                psnr, latents, output = measure(vae, check)
                vae.register_to_config(scaling_factor=1 / float(latents.std()))
                vae.save_pretrained(folder / "model")
            save_sheet(folder / "sheet.png", check, output)
            training.log(step + 1, loss=loss.item(), kl=kl.item(), psnr=psnr,
                         deviation=latents.std().item())
    return folder / "model"


if __name__ == "__main__":
    options = arguments_of(__doc__)
    train(options.work, options.scale, options.device)
