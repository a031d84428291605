"""Trains the CAN's networks at every size: adversarial, with the style-ambiguity term.

The losses are those of arXiv 2407.12009's code: the discriminator's styles by cross entropy, real and fake by binary
cross entropy; the generator is asked to pass for real and to leave the styles undecided.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm

from recipe.calibration import expected_calibration_error, fit_scale
from recipe.can_networks import NARROW, Discriminator, Generator, configuration, noise
from recipe.captions import STYLE_NAMES
from recipe.render import Set, read_set
from recipe.scale import SCALES, SIZES, Scale, Stage
from recipe.split import STYLES
from recipe.training import Training, arguments_of, autocast, pictures, pixels, rate_at, set_rate, sheet

AMBIGUITY_WEIGHT = 1.0  # of the generator's style-ambiguity term, as in the code
DISCRIMINATOR_RATE = 4.0  # of the generator's: the style head has more to learn
STATISTICS = 40  # batches of real pictures that the shipped running statistics are of
REFINED_SHARE, REFINED_RATE = 0.5, 1e-3  # of the steps, that the discriminator takes alone at the end
LOG_EVERY = 100


def real_batch(images: Set, rows: np.ndarray, rng: np.random.Generator, count: int,
               device: str) -> tuple[Tensor, Tensor]:
    """Pure pictures (count, 3, s, s), mirrored and shifted, and their styles (count)."""
    chosen = rng.choice(rows, count)
    batch = pixels(images.images[np.sort(chosen)], device)
    if rng.random() < 0.5:
        batch = batch.flip(-1)
    size = batch.shape[-1]
    # By whole cells of the pixel art.
    batch = torch.roll(batch, tuple(int(step) * size // 32 for step in rng.integers(-2, 3, 2)), (-2, -1))
    styles = [STYLES.index(images.rows[index].style) for index in np.sort(chosen)]
    return batch, torch.tensor(styles, device=device)


@torch.no_grad()
def settle(discriminator: Discriminator, batches: list[Tensor]) -> None:
    """Takes the norms' running statistics from real pictures alone: that is what is scored."""
    norms = [each for each in discriminator.modules() if isinstance(each, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # an even average of all batches
    discriminator.train()
    for batch in batches:
        discriminator.main(batch)
    discriminator.eval()


@torch.no_grad()
def style_logits(discriminator: Discriminator, images: Set, rows: np.ndarray,
                 device: str) -> tuple[Tensor, Tensor]:
    """Style logits (n, 12) of pictures in evaluation mode, and the right styles (n)."""
    discriminator.eval()
    parts = np.array_split(np.sort(rows), max(1, len(rows) // 16))
    logits = torch.cat([discriminator(pixels(images.images[part], device))[1] for part in parts])
    right = torch.tensor([STYLES.index(images.rows[k].style) for k in np.sort(rows)], device=device)
    return logits, right


def generator_loss(discriminator: Discriminator, fake: Tensor) -> Tensor:
    """Passing for real, and a style posterior as near to uniform as can be: -R of arXiv 2407.12009."""
    real, styles = discriminator(fake)
    ambiguity = -styles.log_softmax(1).mean()  # the cross entropy of the posterior and 1 / K
    return F.binary_cross_entropy_with_logits(real, torch.ones_like(real)) + AMBIGUITY_WEIGHT * ambiguity


def discriminator_loss(discriminator: Discriminator, batch: Tensor, styles: Tensor,
                       fake: Tensor) -> Tensor:
    """The style of real pictures, and telling real from fake."""
    real, logits = discriminator(batch)
    other, _ = discriminator(fake.detach())
    return (F.cross_entropy(logits, styles)
            + F.binary_cross_entropy_with_logits(real, torch.ones_like(real))
            + F.binary_cross_entropy_with_logits(other, torch.zeros_like(other)))


def refine(discriminator: Discriminator, generator: Generator, images: Set, rows: np.ndarray, stage: Stage,
           device: str) -> None:
    """Goes on with the discriminator alone, its rate falling to nothing: the styles that differ in single pixels come last."""
    steps, size = max(1, int(REFINED_SHARE * stage.steps)), images.images.shape[1]
    optimizer = torch.optim.Adam(discriminator.parameters(), 1, (0.9, 0.99), fused=True)
    torch.manual_seed(size)
    for step in tqdm(range(steps), f"refine {size}", mininterval=5):
        set_rate(optimizer, rate_at(step, steps, REFINED_RATE, flat=0.2))
        batch, styles = real_batch(images, rows, np.random.default_rng([10, size, step]), 2 * stage.batch, device)
        with autocast(device):
            with torch.no_grad():
                fake = generator(torch.randn(stage.batch, 100, 1, 1, device=device))
            loss = discriminator_loss(discriminator, batch, styles, fake)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()


def train(work: Path, scale: Scale, size: int, device: str) -> Path:
    """Trains both networks of one size; returns their folder, as it ships."""
    folder, stage = work / "can" / str(size), scale.can[size]
    images = read_set(work, size)
    rows = images.indices(held_out=False)
    torch.manual_seed(size)
    generator = Generator(size, NARROW).to(device, memory_format=torch.channels_last)
    discriminator = Discriminator(size, NARROW, len(STYLES)).to(device, memory_format=torch.channels_last)
    optimizers = [torch.optim.Adam(model.parameters(), 1, (0.5, 0.999), fused=True)
                  for model in (generator, discriminator)]
    training = Training(folder, stage.steps, {
        "generator": generator, "discriminator": discriminator,
        "generator_optimizer": optimizers[0], "discriminator_optimizer": optimizers[1]})
    set_rate(optimizers[0], stage.rate)
    for step in training:
        set_rate(optimizers[1], stage.rate * DISCRIMINATOR_RATE * min(1, 2.1 - 2 * step / stage.steps))
        rng = np.random.default_rng([5, size, step])
        batch, styles = real_batch(images, rows, rng, stage.batch, device)
        with autocast(device):
            fake = generator(torch.randn(stage.batch, 100, 1, 1, device=device))
            loss = discriminator_loss(discriminator, batch, styles, fake)
        optimizers[1].zero_grad(set_to_none=True)
        loss.backward()
        optimizers[1].step()
        with autocast(device):
            fooled = generator_loss(discriminator, fake)
        optimizers[0].zero_grad(set_to_none=True)
        fooled.backward()
        optimizers[0].step()
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            training.log(step + 1, discriminator=loss.item(), generator=fooled.item())
    refine(discriminator, generator, images, rows, stage, device)
    finish(folder, generator, discriminator, images, device)
    return folder


def finish(folder: Path, generator: Generator, discriminator: Discriminator, images: Set,
           device: str) -> None:
    """Settles, calibrates and writes the networks in 16 bits, and a sheet of what the generator draws."""
    rows, held = images.indices(held_out=False), images.indices(held_out=True)
    settle(discriminator, [real_batch(images, rows, np.random.default_rng([6, k]), 16, device)[0]
                           for k in range(STATISTICS)])
    logits, right = style_logits(discriminator, images, held[::2], device)
    scale = fit_scale(logits, right)
    with torch.no_grad():
        for parameter in discriminator.style[-1].parameters():
            parameter.mul_(scale)
    logits, right = style_logits(discriminator, images, held, device)
    print(folder.name, "held-out style", round((logits.argmax(1) == right).float().mean().item(), 3),
          "calibration error", round(expected_calibration_error(logits.softmax(1), right), 3),
          "scale", round(scale, 2), flush=True)
    generator.eval()
    with torch.no_grad():
        drawn = generator(noise(24, 0).to(device))
    Image.fromarray(sheet(pictures(drawn), 6 if images.images.shape[1] > 128 else 12)).save(
        folder / "sheet.png")
    model = folder / "model"
    model.mkdir(exist_ok=True)
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        tensors = {key: value.half().contiguous() for key, value in network.state_dict().items()
                   if not key.endswith("num_batches_tracked")}
        save_file(tensors, model / f"{name}.safetensors", {"format": "pt"})
    config = configuration(images.images.shape[1], NARROW, [STYLE_NAMES[style] for style in STYLES])
    (model / "config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    options = arguments_of(__doc__)
    for each in SIZES:
        if not (options.work / "can" / str(each) / "model" / "config.json").exists():
            train(options.work, SCALES[options.scale], each, options.device)
