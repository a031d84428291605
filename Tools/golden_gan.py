"""Creative adversarial networks of every size, by PyTorch: Tests/Golden/gan.

    python Tools/golden_gan.py [Tests/Golden/gan]

writes for each size a folder as the server loads it, with random weights in float16 and few channels, and in
`cases.safetensors` latents, the images [N, S, S, 3] that the generator makes of them, and both heads' logits for these
images. torch computes in float32 from the rounded weights, in evaluation mode. Run twice, the bytes are the same.
"""

import pathlib
import sys

import torch
from golden_support import GOLDEN, write_json, write_safetensors
from recipe.can_networks import LATENT, Discriminator, Generator, Widths, configuration
from torch import nn

WIDTHS = Widths(generator=64, first=4, last=12, heads=(20, 10))
LABELS = ["cubism", "pop art", "rococo", "ukiyo-e", "pointillism"]
COUNTS = {64: 2, 128: 2, 256: 1, 512: 1}


def randomise(model, seed):
    """Weights that keep activations near one, running statistics of a trained network's kind; all fit in float16."""
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            inputs = module.weight[0].numel() if not isinstance(module, nn.ConvTranspose2d) else module.weight.shape[0] * 4
            module.weight.data = torch.randn(module.weight.shape, generator=generator) * inputs**-0.5
        if isinstance(module, nn.Linear):
            module.bias.data = torch.randn(module.bias.shape, generator=generator) * 0.1
        if isinstance(module, nn.BatchNorm2d):
            shape = module.weight.shape
            module.weight.data = torch.rand(shape, generator=generator) + 0.7
            module.bias.data = torch.randn(shape, generator=generator) * 0.3
            module.running_mean.data = torch.randn(shape, generator=generator) * 0.2
            module.running_var.data = torch.rand(shape, generator=generator) * 0.8 + 0.2
    return model.half().float().eval()


def tensors_of(model):
    return {name: value.half() for name, value in model.state_dict().items() if not name.endswith("num_batches_tracked")}


@torch.no_grad()
def write_network(folder, size):
    generator = randomise(Generator(size, WIDTHS), size)
    discriminator = randomise(Discriminator(size, WIDTHS, len(LABELS)), size + 1)
    write_json(folder / "config.json", configuration(size, WIDTHS, LABELS))
    write_safetensors(folder / "generator.safetensors", tensors_of(generator))
    write_safetensors(folder / "discriminator.safetensors", tensors_of(discriminator))
    latents = torch.randn(COUNTS[size], LATENT, generator=torch.Generator().manual_seed(size + 2))
    images = generator(latents.view(-1, LATENT, 1, 1))
    assert images.std() > 0.2 and images.abs().max() <= 1
    real, styles = discriminator(images)
    write_safetensors(folder / "cases.safetensors", {
        "latents": latents, "images": images.permute(0, 2, 3, 1), "real": real.unsqueeze(1), "styles": styles})


if __name__ == "__main__":
    torch.set_num_threads(1)
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN / "gan"
    for size in COUNTS:
        write_network(out / str(size), size)
