"""Goes on with the decoder against a critic that knows the styles: textures that the latents can only hint at.

At the native size a latent cell stands for 8 x 8 pixels, less than a cell of pixel art or a dot of pop art needs. The critic
tells real crops from decoded ones and, of real ones, names the style; the decoder must be taken for real, in the right style,
with the features of the original (feature matching, arXiv 1711.11585, eq. 4).
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from torch import Tensor, nn

from recipe.render import Set, read_set
from recipe.scale import SCALES, SIZES
from recipe.split import STYLES
from recipe.training import Average, Training, arguments_of, autocast, pixels, rate_at, set_rate
from recipe.vae import CROP, SHARES, measure, moments, reconstruction_loss, save_sheet

REAL_WEIGHT, STYLE_WEIGHT, FEATURE_WEIGHT = 0.08, 0.5, 1.0
LOG_EVERY = 250


class StyleCritic(nn.Module):
    """Crops (n, 3, h, w) to patch logits (n, 1, h / 8, w / 8), style logits (n, 12) and the features between."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        channels = (3, width, 2 * width, 3 * width)
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Conv2d(inputs, outputs, 4, 2, 1),
                          nn.GroupNorm(4, outputs) if inputs > 3 else nn.Identity(), nn.LeakyReLU(0.2))
            for inputs, outputs in zip(channels, channels[1:], strict=False))
        self.layers.append(nn.Sequential(nn.Conv2d(channels[-1], channels[-1], 3, 1, 1),
                                         nn.GroupNorm(4, channels[-1]), nn.LeakyReLU(0.2)))
        self.real = nn.Conv2d(channels[-1], 1, 1)
        self.style = nn.Linear(sum(channels[1:]) + channels[-1], len(STYLES))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, list[Tensor]]:
        features = []
        for layer in self.layers:
            images = layer(images)
            features.append(images)
        means = torch.cat([each.mean((2, 3)) for each in features], 1)
        return self.real(images).float(), self.style(means).float(), features


def draw_crops(sets: dict[int, tuple[Set, np.ndarray]], rng: np.random.Generator,
               count: int) -> tuple[np.ndarray, list[int]]:
    """Crops (n, side, side, 3) on a grid of eight pixels, whole cells of any pixel art, and their styles.

    Half of the batches are `count` crops of 64 px, half a quarter as many of 128 px, whole pictures at the native size.
    """
    side, count = (CROP, count) if rng.random() < 0.5 else (2 * CROP, max(1, count // 4))
    sizes = [size for size in sets if size >= side]
    shares = np.array([SHARES[size] for size in sizes])
    size = int(rng.choice(sizes, p=shares / shares.sum()))
    images, rows = sets[size]
    chosen, crops = rng.choice(rows, count), np.empty((count, side, side, 3), np.uint8)
    for crop, row in zip(crops, chosen, strict=True):
        top, left = 8 * rng.integers(0, (size - side) // 8 + 1, 2)
        crop[:] = images.images[row, top:top + side, left:left + side]
    return crops, [STYLES.index(images.rows[row].style) for row in chosen]


def matching_loss(fake: list[Tensor], real: list[Tensor]) -> Tensor:
    """The mean difference of features, each layer's relative to its size."""
    return torch.stack([(one - other).abs().mean() / (other.abs().mean() + 1e-3)
                        for one, other in zip(fake, real, strict=True)]).mean().float()


def train(work: Path, scale_name: str, device: str) -> Path:
    """Trains and returns the folder of the whole autoencoder."""
    scale, folder = SCALES[scale_name], work / "texture"
    sets = {size: (each, each.indices(held_out=False))
            for size in SIZES for each in [read_set(work, size)]}
    vae = AutoencoderKL.from_pretrained(work / "decoder" / "model").to(
        device, memory_format=torch.channels_last)
    for part in (vae.encoder, vae.quant_conv):
        part.requires_grad_(False)
    torch.manual_seed(0)
    critic = StyleCritic().to(device, memory_format=torch.channels_last)
    stage, trained = scale.texture, [p for p in vae.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, 1, (0.5, 0.99), weight_decay=1e-4, fused=True)
    judge = torch.optim.AdamW(critic.parameters(), 8e-4, (0.5, 0.99), fused=True)
    images = sets[scale.native][0]
    check = pixels(images.images[np.sort(images.indices(held_out=True)[:48])], device)
    average = Average(vae, 0.995)
    training = Training(folder, stage.steps, {"vae": vae, "critic": critic, "optimizer": optimizer,
                                              "judge": judge, "average": average})
    for step in training:
        set_rate(optimizer, rate_at(step, stage.steps, stage.rate))
        crops, styles = draw_crops(sets, np.random.default_rng([8, step]), stage.batch)
        x, classes = pixels(crops, device), torch.tensor(styles, device=device)
        with autocast(device):
            with torch.no_grad():
                latents = moments(vae, x)[0]
            output = vae.decode(latents).sample
            with torch.no_grad():
                real_features = critic(x)[2]
            patches, named, features = critic(output)
            matching = matching_loss(features, real_features)
        warm = min(1, step / (0.1 * stage.steps))
        loss = reconstruction_loss(output.float(), x) + warm * (
            FEATURE_WEIGHT * matching - REAL_WEIGHT * patches.mean()
            + STYLE_WEIGHT * F.cross_entropy(named, classes))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1)
        optimizer.step()
        average.update(step)
        with autocast(device):
            patches, named, _ = critic(x)
            fake = critic(output.detach())[0]
        # The hinge loss of geometric GANs (arXiv 1705.02894, eq. 4), and the styles of real crops.
        hinge = F.relu(1 - patches).mean() + F.relu(1 + fake).mean()
        judge.zero_grad(set_to_none=True)
        (hinge + F.cross_entropy(named, classes)).backward()
        judge.step()
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            with average.applied():
                psnr, _, output = measure(vae, check)
                vae.save_pretrained(folder / "model")
            save_sheet(folder / "sheet.png", check, output)
            training.log(step + 1, loss=loss.item(), matching=matching.item(), hinge=hinge.item(), psnr=psnr)
    return folder / "model"


if __name__ == "__main__":
    options = arguments_of(__doc__)
    train(options.work, options.scale, options.device)
