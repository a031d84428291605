"""Trains the judge: a residual network that names the style and the concept of a picture.

It measures what ships and does not ship: no weight, no seed and no loss of its is shared with the CLIP or the CAN. Unlike all
that it measures it learns from every pair, the held-out ones too: it must know what a right picture of them is. Its own
figures are of pictures from seeds that it has not seen.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from recipe.render import Row, Set, generator, ground, named_entries, read_set, render
from recipe.scale import SCALES
from recipe.split import STYLES
from recipe.sprite import Entry, read_pack
from recipe.training import Average, Training, arguments_of, autocast, pixels, rate_at, set_rate

SIZE = 128
SEED = 20251  # its own: nothing else in the recipe starts from it
CHANNELS = (24, 32, 64, 128, 256)
OTHER_SIZES = 0.4
STYLE_SMOOTHING = 0.05
UNSEEN, CHECKED = 8000, 360  # render seeds from here on, that no stage has; and how many pictures
LOG_EVERY = 100


class Block(nn.Module):
    """A residual block of stride two."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False),
                                   nn.BatchNorm2d(outputs), nn.ReLU(),
                                   nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
                                   nn.BatchNorm2d(outputs))
        self.short = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(inputs, outputs, 1, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.first(x) + self.short(x))


class Judge(nn.Module):
    """Pictures (n, 3, 128, 128) in -1...1 to style logits (n, 12) and concept logits (n, concepts)."""

    def __init__(self, concepts: int) -> None:
        super().__init__()
        blocks = [Block(*pair) for pair in zip(CHANNELS, CHANNELS[1:], strict=False)]
        self.body = nn.Sequential(nn.Conv2d(3, CHANNELS[0], 5, 2, 2, bias=False),
                                  nn.BatchNorm2d(CHANNELS[0]), nn.ReLU(), *blocks)
        # Textures are told by what occurs anywhere, things by what is where: mean and cells.
        self.style = nn.Linear(CHANNELS[-1] + CHANNELS[-2], len(STYLES))
        self.concept = nn.Sequential(nn.Dropout(0.2), nn.Linear(CHANNELS[-1] * 4, concepts))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        middle = self.body[:-1](images)
        last = self.body[-1](middle)
        means = torch.cat([middle.mean((2, 3)), last.mean((2, 3))], 1)
        cells = F.adaptive_avg_pool2d(last, 2).flatten(1)
        return self.style(means).float(), self.concept(cells).float()


def resized(images: Tensor) -> Tensor:
    """Pictures of any size at the judge's."""
    if images.shape[-1] == SIZE:
        return images
    return F.interpolate(images, (SIZE, SIZE), mode="bicubic", antialias=True,
                         align_corners=False).clamp(-1, 1)


def altered(images: Tensor, rng: np.random.Generator) -> Tensor:
    """Mirrored, moved, scaled, brightened and softened copies: nothing that tells a style or a thing."""
    count = len(images)
    if rng.random() < 0.5:
        images = images.flip(-1)
    scale, shift = torch.from_numpy(rng.uniform(0.88, 1.1, count)), torch.from_numpy(
        rng.uniform(-0.08, 0.08, (count, 2)))
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0] = matrix[:, 1, 1] = scale
    matrix[:, :, 2] = shift
    grid = F.affine_grid(matrix.to(images.device), list(images.shape), align_corners=False)
    moved = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
    keep = torch.from_numpy(rng.random(count) < 0.75).to(images.device).view(-1, 1, 1, 1)
    images = torch.where(keep, images, moved)
    soft = F.interpolate(F.avg_pool2d(images, 2), scale_factor=2.0, mode="bilinear")
    weight = torch.from_numpy(np.maximum(0, rng.uniform(-0.7, 0.3, count)).astype(np.float32))
    images = torch.lerp(images, soft, weight.to(images.device).view(-1, 1, 1, 1))
    gain = torch.from_numpy(rng.uniform(0.9, 1.1, (count, 1, 1, 1)).astype(np.float32))
    return (images * gain.to(images.device)).clamp(-1, 1).contiguous(memory_format=torch.channels_last)


def usable(images: Set, places: dict[str, int], *, held_out: bool | None = None) -> np.ndarray:
    """The pure pictures of named concepts, on one side of the split or on both."""
    sides = (True, False) if held_out is None else (held_out,)
    rows = np.concatenate([images.indices(held_out=side) for side in sides])
    return np.array([row for row in rows if images.rows[row].code in places], np.int64)


def unseen_pictures(work: Path, named: list[Entry], size: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, s, s, 3), uint8, from seeds of no stage, and their styles and concepts (n, 2)."""
    rng, pictures, labels = generator("judged drawings"), [], []
    for number in range(CHECKED):
        style, place = STYLES[number % len(STYLES)], int(rng.integers(len(named)))
        entry = named[place]
        row = Row(entry.code, entry.name, str(rng.choice(entry.artists)), style, UNSEEN + number, ground(style, rng))
        pictures.append(render(work / "pack", row, size))
        labels.append((number % len(STYLES), place))
    return np.stack(pictures), np.array(labels)


class Examples:
    """The pictures of every size that the judge learns from, and their two classes."""

    def __init__(self, work: Path, scale_name: str) -> None:
        self.scale = SCALES[scale_name]
        self.named = named_entries(self.scale, read_pack(work / "pack"))
        self.places = {entry.code: place for place, entry in enumerate(self.named)}
        self.sets = {size: read_set(work, size) for size in self.scale.renders}
        self.rows = {size: usable(each, self.places) for size, each in self.sets.items()}
        self.sizes = [size for size, rows in self.rows.items() if len(rows)]

    def labels(self, images: Set, rows: np.ndarray, device: str) -> Tensor:
        """Style and concept (n, 2) of rows."""
        return torch.tensor([(STYLES.index(images.rows[k].style), self.places[images.rows[k].code])
                             for k in rows], device=device)

    def draw(self, rng: np.random.Generator, count: int, device: str) -> tuple[Tensor, Tensor]:
        """A batch at the judge's size, and its labels (n, 2)."""
        native = self.scale.native
        sizes = rng.choice(self.sizes, count)
        sizes[rng.random(count) >= OTHER_SIZES] = native
        tensors, labels = [], []
        for size in sorted(set(map(int, sizes))):
            rows = np.sort(rng.choice(self.rows[size], int((sizes == size).sum())))
            tensors.append(resized(pixels(self.sets[size].images[rows], device)))
            labels.append(self.labels(self.sets[size], rows, device))
        return altered(torch.cat(tensors), rng), torch.cat(labels)


@torch.no_grad()
def verdicts(judge: Judge, images: Tensor) -> tuple[Tensor, Tensor]:
    """Style logits (n, 12) and concept logits (n, concepts) of pictures of any size."""
    judge.eval()
    parts = [judge(resized(part)) for part in images.split(32)]
    return torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])


def accuracies(judge: Judge, images: Tensor, labels: Tensor) -> dict[str, float]:
    """Shares in 0...1: the style right, the concept right, the concept among the first five."""
    styles, concepts = verdicts(judge, images)
    five = concepts.topk(min(5, concepts.shape[1]), 1).indices == labels[:, 1:]
    return {"style": float((styles.argmax(1) == labels[:, 0]).float().mean()),
            "top1": float(five[:, 0].float().mean()), "top5": float(five.any(1).float().mean())}


def train(work: Path, scale_name: str, device: str) -> Path:
    """Trains and returns the file of the averaged judge."""
    examples, folder = Examples(work, scale_name), work / "judge"
    stage, native = examples.scale.judge, examples.scale.native
    torch.manual_seed(SEED)
    judge = Judge(len(examples.places)).to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(judge.parameters(), 1, (0.9, 0.99), weight_decay=0.02, fused=True)
    pictures, answers = unseen_pictures(work, examples.named, native)
    check = pixels(pictures, device), torch.from_numpy(answers).to(device)
    average = Average(judge, 0.99)
    training = Training(folder, stage.steps, {"judge": judge, "optimizer": optimizer,
                                              "average": average})
    for step in training:
        set_rate(optimizer, rate_at(step, stage.steps, stage.rate))
        x, labels = examples.draw(np.random.default_rng([SEED, step]), stage.batch, device)
        judge.train()
        with autocast(device):
            styles, concepts = judge(x)
        loss = (F.cross_entropy(styles, labels[:, 0], label_smoothing=STYLE_SMOOTHING)
                + F.cross_entropy(concepts, labels[:, 1], label_smoothing=STYLE_SMOOTHING))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(judge.parameters(), 1)
        optimizer.step()
        average.update(step)
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            with average.applied():
                training.log(step + 1, loss=loss.item(), **accuracies(judge, *check))
                torch.save(judge.state_dict(), folder / "judge.pt")
    return folder / "judge.pt"


def read_judge(work: Path, scale_name: str, device: str) -> tuple[Judge, Examples]:
    """The trained judge, and the examples it was trained beside."""
    examples = Examples(work, scale_name)
    judge = Judge(len(examples.places)).to(device)
    judge.load_state_dict(torch.load(work / "judge" / "judge.pt", map_location=device,
                                     weights_only=True))
    return judge.eval(), examples


if __name__ == "__main__":
    options = arguments_of(__doc__)
    train(options.work, options.scale, options.device)
