"""The CAN's generator and discriminator (arXiv 1706.07068), by the layer rule of arXiv 2407.12009.

Every convolution has kernel 4 and no bias. The channels of the generator start wide and halve at each layer; the
discriminator's start narrow and double. The paper's widths are 2048 and 32...512; a `Widths` may be narrower.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

LATENT = 100
SLOPE, DROPOUT = 0.2, 0.3


@dataclass(frozen=True)
class Widths:
    """Channel and feature counts; the defaults are the paper's."""

    generator: int = 2048  # of the first layer
    first: int = 32  # of the discriminator's first layer
    last: int = 512  # of its last; 16 of these are the flattened vector
    heads: tuple[int, int] = (1024, 512)  # the style head's hidden layers


NARROW = Widths(generator=256, first=16, last=64, heads=(256, 128))


def normal_convolutions(model: nn.Module) -> None:
    """DCGAN's start: convolutions N(0, 0.02), norms N(1, 0.02)."""
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1, 0.02)


class Generator(nn.Module):
    """Noise (n, 100, 1, 1) to pictures (n, 3, size, size) in -1...1."""

    def __init__(self, size: int, widths: Widths) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs, outputs, side = LATENT, widths.generator, 4
        while side < size:
            stride, padding = (1, 0) if side == 4 else (2, 1)
            layers += [nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=False),
                       nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs, outputs, side = outputs, outputs // 2, side * 2
        layers += [nn.ConvTranspose2d(inputs, 3, 4, 2, 1, bias=False), nn.Tanh()]
        self.main = nn.Sequential(*layers)
        normal_convolutions(self)

    def forward(self, noise: Tensor) -> Tensor:
        return self.main(noise)


class Discriminator(nn.Module):
    """Pictures (n, 3, size, size) in -1...1 to a real/fake logit (n) and style logits (n, styles)."""

    def __init__(self, size: int, widths: Widths, styles: int) -> None:
        super().__init__()
        doublings = int(math.log2(size)) - 5
        channels = [widths.first * 2**k for k in range(doublings + 1)]
        channels = [3, *(min(count, widths.last) for count in channels), widths.last, widths.last]
        layers: list[nn.Module] = []
        for inputs, outputs in zip(channels, channels[1:], strict=False):
            layers += [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs),
                       nn.LeakyReLU(SLOPE)]
        self.main = nn.Sequential(*layers, nn.Flatten())
        features, (one, two) = 16 * widths.last, widths.heads
        self.real = nn.Linear(features, 1)
        self.style = nn.Sequential(
            nn.Linear(features, one), nn.LeakyReLU(SLOPE), nn.Dropout(DROPOUT),
            nn.Linear(one, two), nn.LeakyReLU(SLOPE), nn.Dropout(DROPOUT), nn.Linear(two, styles))
        normal_convolutions(self)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.main(images)
        return self.real(features).squeeze(1).float(), self.style(features).float()


def configuration(size: int, widths: Widths, labels: list[str]) -> dict[str, object]:
    """What config.json says of both networks, the style labels in the head's order."""
    return {"model_type": "can", "size": size, "latent_size": LATENT,
            "generator_channels": widths.generator, "discriminator_first_channels": widths.first,
            "discriminator_last_channels": widths.last, "style_head_features": list(widths.heads),
            "labels": labels}


def parameter_count(model: nn.Module) -> int:
    """Weights and biases; a batch norm's running statistics are not among them."""
    return sum(parameter.numel() for parameter in model.parameters())


def noise(count: int, seed: int) -> Tensor:
    """Latents (count, 100, 1, 1), normal, of PyTorch's CPU generator."""
    return torch.randn(count, LATENT, 1, 1, generator=torch.Generator().manual_seed(seed))
