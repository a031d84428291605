"""Trains the CAN's generators once more, each against a critic of its own pace; the discriminators that ship stay as they are.

A discriminator that tells styles well is too far ahead for a generator to learn anything from but a grey that nobody can
place. Here both learn at one rate, and real drawings count for 0.9 (one-sided label smoothing, arXiv 1606.03498). A larger
generator begins with the layers of the next smaller one, which have the same shapes, and is held to it: at half its size its
picture of a latent must be the smaller one's. The losses are those of `can` otherwise.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from recipe.can import generator_loss, real_batch
from recipe.can_networks import LATENT, NARROW, Discriminator, Generator, noise
from recipe.render import read_set
from recipe.scale import SCALES, SIZES, Scale
from recipe.split import STYLES
from recipe.training import Training, arguments_of, autocast, pictures, rate_at, set_rate, sheet

REAL = 0.9
HELD_WEIGHT = 300.0
LOG_EVERY = 50


def read_generator(path: Path, size: int) -> Generator:
    """A generator as it ships, in single precision and evaluation mode."""
    generator = Generator(size, NARROW)
    tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
    generator.load_state_dict(generator.state_dict() | tensors)
    return generator.eval()


def begin(generator: Generator, smaller: Generator) -> None:
    """Takes over what a smaller generator has learnt: every tensor of the same name and shape."""
    state = generator.state_dict()
    known = {name: tensor for name, tensor in smaller.state_dict().items()
             if name in state and state[name].shape == tensor.shape}
    generator.load_state_dict(state | known)


def held_loss(fake: Tensor, smaller: Tensor) -> Tensor:
    """How far pictures (n, 3, s, s) are, at half their size, from the smaller generator's (n, 3, s / 2, s / 2)."""
    return HELD_WEIGHT * F.l1_loss(F.avg_pool2d(fake.float(), 2), smaller.float())


def critic_loss(critic: Discriminator, batch: Tensor, styles: Tensor, fake: Tensor) -> Tensor:
    """The style of real pictures, and telling real from fake, never quite sure of the real."""
    real, logits = critic(batch)
    other, _ = critic(fake.detach())
    return (F.cross_entropy(logits, styles)
            + F.binary_cross_entropy_with_logits(real, torch.full_like(real, REAL))
            + F.binary_cross_entropy_with_logits(other, torch.zeros_like(other)))


def train(work: Path, scale: Scale, size: int, device: str) -> Path:
    """Trains one size, and puts its generator in place of the one in the shipped folder; returns that folder."""
    folder, stage, model = work / "can_generator" / str(size), scale.can_generator[size], work / "can" / str(size) / "model"
    images = read_set(work, size)
    rows = images.indices(held_out=False)
    torch.manual_seed(size)
    generator = Generator(size, NARROW).to(device, memory_format=torch.channels_last)
    smaller = None
    if size > SIZES[0]:
        path = work / "can" / str(size // 2) / "model" / "generator.safetensors"
        smaller = read_generator(path, size // 2).to(device, memory_format=torch.channels_last)
        begin(generator, smaller)
    critic = Discriminator(size, NARROW, len(STYLES)).to(device, memory_format=torch.channels_last)
    optimizers = [torch.optim.Adam(network.parameters(), 1, (0.5, 0.999), fused=True) for network in (generator, critic)]
    training = Training(folder, stage.steps, {
        "generator": generator, "critic": critic,
        "generator_optimizer": optimizers[0], "critic_optimizer": optimizers[1]})
    for step in training:
        for optimizer in optimizers:
            set_rate(optimizer, rate_at(step, stage.steps, stage.rate, flat=0.6))
        batch, styles = real_batch(images, rows, np.random.default_rng([15, size, step]), stage.batch, device)
        with autocast(device):
            latents = torch.randn(stage.batch, LATENT, 1, 1, device=device)
            fake = generator(latents)
            loss = critic_loss(critic, batch, styles, fake)
        optimizers[1].zero_grad(set_to_none=True)
        loss.backward()
        optimizers[1].step()
        with autocast(device):
            fooled = generator_loss(critic, fake)
            if smaller:
                with torch.no_grad():
                    small = smaller(latents)
                fooled = fooled + held_loss(fake, small)
        optimizers[0].zero_grad(set_to_none=True)
        fooled.backward()
        optimizers[0].step()
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            training.log(step + 1, critic=loss.item(), generator=fooled.item())
            save(folder, generator, device)
    return save(model, generator, device)


@torch.no_grad()
def save(folder: Path, generator: nn.Module, device: str) -> Path:
    """Writes the generator in 16 bits, and beside the folder of the size a sheet of what it draws."""
    generator.eval()
    drawn = pictures(generator(noise(24, 0).to(device)))
    Image.fromarray(sheet(drawn, 6 if drawn.shape[1] > 128 else 12)).save(
        (folder.parent if folder.name == "model" else folder) / "sheet.png")
    tensors = {key: value.half().contiguous() for key, value in generator.state_dict().items()
               if not key.endswith("num_batches_tracked")}
    save_file(tensors, folder / "generator.safetensors", {"format": "pt"})
    generator.train()
    return folder


if __name__ == "__main__":
    options = arguments_of(__doc__)
    for each in SIZES:
        train(options.work, SCALES[options.scale], each, options.device)
