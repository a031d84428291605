"""Goes on with the decoder against a critic that knows the styles: textures that the latents can only hint at.

At the native size a latent cell stands for 8 x 8 pixels, less than a cell of pixel art or a dot of pop art needs. The critic
tells real crops of a style from decoded ones (by projection, arXiv 1802.05637, eq. 3) and, of real ones, names the style; the
decoder must be taken for real, in the right style, with the features of the original (feature matching, arXiv 1711.11585,
eq. 4). Half of the latents are the encoder's, half the diffusion model's own, which is what the decoder will see.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from torch import Tensor, nn

from recipe.render import Set, read_set
from recipe.scale import SCALES, SIZES
from recipe.soften import soften
from recipe.split import STYLES
from recipe.training import Average, Training, arguments_of, autocast, pixels, rate_at, set_rate
from recipe.vae import CROP, SHARES, measure, moments, reconstruction_loss, save_sheet

REAL_WEIGHT, STYLE_WEIGHT, FEATURE_WEIGHT = 0.15, 0.5, 1.0
SOFT_SHARE, SOFT_ACCURACY = 0.5, 0.5  # of the steps; and how much less the exact pixels count in them
LOG_EVERY = 250


class StyleCritic(nn.Module):
    """Crops (n, 3, h, w) and styles (n) to patch logits (n, 1, h / 8, w / 8), style logits (n, 12) and the features between."""

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        channels = (3, width, 2 * width, 3 * width)
        # No norm before the third layer: it would hide how strong a texture is.
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Conv2d(inputs, outputs, 4, 2, 1),
                          nn.GroupNorm(4, outputs) if inputs > width else nn.Identity(), nn.LeakyReLU(0.2))
            for inputs, outputs in zip(channels, channels[1:], strict=False))
        self.layers.append(nn.Sequential(nn.Conv2d(channels[-1], channels[-1], 3, 1, 1),
                                         nn.GroupNorm(4, channels[-1]), nn.LeakyReLU(0.2)))
        self.real = nn.Conv2d(channels[-1], 1, 1)
        self.real_of_style = nn.Embedding(len(STYLES), channels[-1])
        nn.init.zeros_(self.real_of_style.weight)
        self.style = nn.Linear(sum(channels[1:]) + channels[-1], len(STYLES))

    def forward(self, images: Tensor, styles: Tensor) -> tuple[Tensor, Tensor, list[Tensor]]:
        features = []
        for layer in self.layers:
            images = layer(images)
            features.append(images)
        means = torch.cat([each.mean((2, 3)) for each in features], 1)
        patches = self.real(images) + (self.real_of_style(styles)[..., None, None] * images).sum(1, keepdim=True)
        return patches.float(), self.style(means).float(), features


class Crops:
    """What the stage learns from: pictures of every size, and those of the native one with latents of their own."""

    def __init__(self, work: Path, scale_name: str, device: str) -> None:
        self.native = SCALES[scale_name].native
        self.sets: dict[int, tuple[Set, np.ndarray]] = {
            size: (each, each.indices(held_out=False)) for size in SIZES for each in [read_set(work, size)]}
        soft = np.load(soften(work, scale_name, device))
        self.soft_rows, self.soft_latents = soft["rows"], soft["latents"]

    @staticmethod
    def shape(rng: np.random.Generator, count: int) -> tuple[int, int]:
        """Side and count: half of the batches have crops of 64 px, half a quarter as many of 128 px, whole at the native size."""
        return (CROP, count) if rng.random() < 0.5 else (2 * CROP, max(1, count // 4))

    def draw(self, rng: np.random.Generator, count: int) -> tuple[np.ndarray, Tensor]:
        """Crops (n, side, side, 3) on a grid of eight pixels, whole cells of any pixel art, and their styles."""
        side, count = self.shape(rng, count)
        sizes = [size for size in self.sets if size >= side]
        shares = np.array([SHARES[size] for size in sizes])
        size = int(rng.choice(sizes, p=shares / shares.sum()))
        images, rows = self.sets[size]
        return self.cut(rng, images, rng.choice(rows, count), side)[:2]

    def draw_soft(self, rng: np.random.Generator, count: int) -> tuple[np.ndarray, Tensor, Tensor]:
        """Crops of the native size, their styles, and the diffusion model's latents of them (n, 4, side / 8, side / 8)."""
        side, count = self.shape(rng, count)
        side, chosen = min(side, self.native), rng.choice(len(self.soft_rows), count)
        crops, styles, corners = self.cut(rng, self.sets[self.native][0], self.soft_rows[chosen], side)
        latents = [self.soft_latents[index][:, top:top + side // 8, left:left + side // 8]
                   for index, (top, left) in zip(chosen, corners, strict=True)]
        return crops, styles, torch.from_numpy(np.stack(latents).astype(np.float32))

    @staticmethod
    def cut(rng: np.random.Generator, images: Set, rows: np.ndarray,
            side: int) -> tuple[np.ndarray, Tensor, list[tuple[int, int]]]:
        """A crop of each row, the styles, and the corners in cells of eight pixels."""
        crops, corners = np.empty((len(rows), side, side, 3), np.uint8), []
        for crop, row in zip(crops, rows, strict=True):
            top, left = rng.integers(0, (images.images.shape[1] - side) // 8 + 1, 2)
            crop[:] = images.images[row, 8 * top:8 * top + side, 8 * left:8 * left + side]
            corners.append((int(top), int(left)))
        return crops, torch.tensor([STYLES.index(images.rows[row].style) for row in rows]), corners


def matching_loss(fake: list[Tensor], real: list[Tensor]) -> Tensor:
    """The mean difference of features, each layer's relative to its size."""
    return torch.stack([(one - other).abs().mean() / (other.abs().mean() + 1e-3)
                        for one, other in zip(fake, real, strict=True)]).mean().float()


def train(work: Path, scale_name: str, device: str) -> Path:
    """Trains and returns the folder of the whole autoencoder."""
    scale, folder, crops = SCALES[scale_name], work / "texture", Crops(work, scale_name, device)
    vae = AutoencoderKL.from_pretrained(work / "decoder" / "model").to(
        device, memory_format=torch.channels_last)
    for part in (vae.encoder, vae.quant_conv):
        part.requires_grad_(False)
    torch.manual_seed(0)
    critic = StyleCritic().to(device, memory_format=torch.channels_last)
    stage, trained = scale.texture, [p for p in vae.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, 1, (0.5, 0.99), weight_decay=1e-4, fused=True)
    judge = torch.optim.AdamW(critic.parameters(), 8e-4, (0.5, 0.99), fused=True)
    images = crops.sets[scale.native][0]
    check = pixels(images.images[np.sort(images.indices(held_out=True)[:48])], device)
    average = Average(vae, 0.995)
    training = Training(folder, stage.steps, {"vae": vae, "critic": critic, "optimizer": optimizer,
                                              "judge": judge, "average": average})
    for step in training:
        set_rate(optimizer, rate_at(step, stage.steps, stage.rate))
        rng = np.random.default_rng([8, step])
        soft = rng.random() < SOFT_SHARE
        if soft:
            drawn, styles, latents = crops.draw_soft(rng, stage.batch)
            latents = latents.to(device) / vae.config.scaling_factor
        else:
            drawn, styles = crops.draw(rng, stage.batch)
        x, styles = pixels(drawn, device), styles.to(device)
        with autocast(device):
            if not soft:
                with torch.no_grad():
                    latents = moments(vae, x)[0]
            output = vae.decode(latents).sample
            with torch.no_grad():
                real_features = critic(x, styles)[2]
            patches, named, features = critic(output, styles)
            matching = matching_loss(features, real_features)
        warm = min(1, step / (0.1 * stage.steps))
        exact = SOFT_ACCURACY if soft else 1
        loss = exact * reconstruction_loss(output.float(), x) + warm * (
            exact * FEATURE_WEIGHT * matching - REAL_WEIGHT * patches.mean()
            + STYLE_WEIGHT * F.cross_entropy(named, styles))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1)
        optimizer.step()
        average.update(step)
        with autocast(device):
            patches, named, _ = critic(x, styles)
            fake = critic(output.detach(), styles)[0]
        # The hinge loss of geometric GANs (arXiv 1705.02894, eq. 4), and the styles of real crops.
        hinge = F.relu(1 - patches).mean() + F.relu(1 + fake).mean()
        named_loss = F.cross_entropy(named, styles)
        judge.zero_grad(set_to_none=True)
        (hinge + named_loss).backward()
        judge.step()
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            with average.applied():
                psnr, _, output = measure(vae, check)
                vae.save_pretrained(folder / "model")
            save_sheet(folder / "sheet.png", check, output)
            training.log(step + 1, loss=loss.item(), matching=matching.item(), hinge=hinge.item(),
                         style=named_loss.item(), psnr=psnr)
    return folder / "model"


if __name__ == "__main__":
    options = arguments_of(__doc__)
    train(options.work, options.scale, options.device)
