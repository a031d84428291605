"""Goes on with the CLIP: every thing is named among all others, ambiguity follows a blend, and the scale is calibrated.

The contrastive stage compares a picture with the nouns of its batch; here each is a class among all named concepts, also
by its mere outlines, since blueprints and woodcuts have no other colours than their own. Two styles of a drawing come as
a series of mixes, whose normalised entropy must rise towards the half. Last, the one scale of the checkpoint is fitted on
held-out pictures and blends of them.
"""

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import CLIPModel, CLIPTokenizer

from recipe.blends import Blends, mixed
from recipe.captions import caption
from recipe.clip import (
    SIZE,
    WORDS,
    Examples,
    augmented,
    contrast,
    embed_images,
    embed_texts,
    soft_targets,
    style_cosines,
    style_words,
    write_preprocessor,
)
from recipe.names import names_of, with_article
from recipe.render import Row, Set, named_entries
from recipe.scale import SCALES
from recipe.split import STYLES, is_held_out
from recipe.sprite import read_pack
from recipe.text import token_ids
from recipe.tokenizer import read_tokenizer
from recipe.training import Average, Training, arguments_of, autocast, pixels, rate_at, set_rate

SERIES_SHARE, BLEND_SHARE = 0.55, 0.1  # of a batch; the rest are pure pictures of named concepts
MARGIN, ORDER_WEIGHT = 0.06, 2.0  # of the normalised entropy, from one mix of a series to the next
TEXT_RATE = 0.1
HELD_OUT_BLENDS = 0.25  # of these to a pure picture where the scale is fitted
BARE_SHARE = 0.4  # bare copies, of a batch, that have nouns alone to be told
LOG_EVERY = 100


def bare(images: Tensor, rng: np.random.Generator) -> Tensor:
    """Copies (n, 3, s, s) of which little more than the shape is left: outlines or greys in two random colours, moved.

    Nothing here draws as a style does: outlines are the gradients of the brightness (Sobel).
    """
    count, device = len(images), images.device
    scale, shift = rng.uniform(0.85, 1.15, count), rng.uniform(-0.1, 0.1, (count, 2))
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0] = matrix[:, 1, 1] = torch.from_numpy(scale)
    matrix[:, :, 2] = torch.from_numpy(shift)
    grid = F.affine_grid(matrix.to(device), list(images.shape), align_corners=False)
    grey = F.grid_sample(images, grid, padding_mode="border", align_corners=False).mean(1, keepdim=True)
    down = torch.tensor([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]], device=device)
    kernel = torch.stack([down, down.T])[:, None]
    edges = F.conv2d(F.pad(grey, (1, 1, 1, 1), "replicate"), kernel).norm(dim=1, keepdim=True)
    edges = (edges / edges.flatten(1).quantile(0.97, dim=1).clamp(min=0.05).view(-1, 1, 1, 1)).clamp(max=1)
    outlined = torch.from_numpy(rng.random(count) < 0.7).to(device).view(-1, 1, 1, 1)
    level = torch.where(outlined, edges, (grey + 1) / 2)
    one, other = (torch.from_numpy(rng.uniform(-1, 1, (count, 3, 1, 1)).astype(np.float32)).to(device) for _ in range(2))
    # Far enough apart to be seen.
    other = torch.where((one - other).abs().mean(1, keepdim=True) < 0.7, -one.sign() * 0.9, other)
    return (one * (1 - level) + other * level).contiguous(memory_format=torch.channels_last)


def draw_series(blends: Blends, rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Mixes (3, count, s, s, 3), uint8, of about 0, a quarter and a half; their labels (3, count, 12); codes."""
    pictures, labels, codes = [[], [], []], np.zeros((3, count, len(STYLES)), np.float32), []
    for number in range(count):
        first, second = blends.pair(rng)
        one, other = (blends.images.images[index] for index in (first, second))
        styles = [STYLES.index(blends.images.rows[index].style) for index in (first, second)]
        for place, share in enumerate((0.0, rng.uniform(0.15, 0.3), 0.5)):
            pictures[place].append(mixed(one, other, share) if share else one)
            labels[place, number, styles] = 1 - share, share
        codes.append(blends.images.rows[first].code)
    return np.stack([np.stack(each) for each in pictures]), labels, codes


def order_loss(logits: Tensor) -> Tensor:
    """How far the entropies of series, logits (3, n, 12), fall short of rising by MARGIN from mix to mix."""
    logs = logits.log_softmax(-1)
    entropy = -(logs.exp() * logs).sum(-1) / math.log(len(STYLES))
    return F.relu(MARGIN - entropy.diff(dim=0)).mean()


def soft_scale(cosines: Tensor, targets: Tensor) -> float:
    """The scale under which soft targets (n, 12) are most likely, in 2...200."""
    scales = torch.exp(torch.linspace(math.log(2), math.log(200), 400))
    losses = torch.stack([-(targets * (scale * cosines).log_softmax(1)).sum(1).mean() for scale in scales])
    return float(scales[losses.argmin()])


@torch.no_grad()
def fitted_scale(model: CLIPModel, tokenizer: CLIPTokenizer, images: Set, device: str) -> float:
    """The scale that fits held-out pictures and as many blends of two held-out pictures."""
    held = images.indices(held_out=True)[::2]  # the evaluation uses them all, for one fitted number
    cosines, right = style_cosines(model, tokenizer, images, held, device)
    rng = np.random.default_rng(9)
    count = max(1, int(HELD_OUT_BLENDS * len(held)))
    pairs = rng.choice(held, (count, 2))
    pictures = np.stack([mixed(images.images[one], images.images[other], 0.5) for one, other in pairs])
    texts = embed_texts(model, token_ids(tokenizer, style_words(None), device))
    blended = torch.cat([embed_images(model, pixels(part, device)) @ texts.T
                         for part in np.array_split(pictures, max(1, count // 64))])
    targets = torch.zeros(count, len(STYLES), device=device)
    for number, pair in enumerate(pairs):
        for index in pair:
            targets[number, STYLES.index(images.rows[index].style)] += 0.5
    pure = F.one_hot(right, len(STYLES)).float()
    return soft_scale(torch.cat([cosines, blended]), torch.cat([pure, targets]))


def style_matrix(rows: list[Row]) -> Tensor:
    """Which style each row is in (n, 12)."""
    return F.one_hot(torch.tensor([STYLES.index(row.style) for row in rows]), len(STYLES)).float()


class Nouns:
    """The named concepts as classes: their names, and each picture's class.

    A pair that is held out never occurs; were its concept a wrong answer for every picture of the style, a model would learn
    that it does not exist there. So it is no answer at all: what a picture is told from leaves out its style's held-out pairs.
    """

    def __init__(self, work: Path, scale_name: str) -> None:
        entries = read_pack(work / "pack")
        names, named = names_of(entries), named_entries(SCALES[scale_name], entries)
        self.words = [with_article(names[entry.code][0]) for entry in named]
        self.places = {entry.code: place for place, entry in enumerate(named)}
        self.absent = torch.tensor([[is_held_out(entry.name, style) for entry in named] for style in STYLES])

    def loss(self, images: Tensor, texts: Tensor, scale: Tensor, codes: list[str], styles: Tensor) -> Tensor:
        """The cross entropy of pictures (n, d), of some styles (n, 12), among the nouns (k, d)."""
        classes = torch.tensor([self.places[code] for code in codes], device=images.device)
        absent = (styles.cpu().float() @ self.absent.float() > 0).to(images.device)
        return F.cross_entropy((scale * images @ texts.T).masked_fill(absent, -1e4), classes)


def train(work: Path, scale_name: str, device: str) -> Path:
    """Trains, calibrates and returns the folder of the model."""
    scale, folder, examples = SCALES[scale_name], work / "clip_tune", Examples(work, scale_name)
    model = CLIPModel.from_pretrained(work / "clip" / "model", torch_dtype=torch.float32).to(device)
    tokenizer, nouns, stage = read_tokenizer(work), Nouns(work, scale_name), scale.clip_tune
    whole = nn.ModuleDict({"model": model})
    style_scale = nn.Parameter(torch.tensor(math.log(14.0), device=device))
    noun_scale = nn.Parameter(torch.tensor(math.log(20.0), device=device))
    whole.register_parameter("style_scale", style_scale)
    whole.register_parameter("noun_scale", noun_scale)
    slow = {id(parameter) for parameter in model.text_model.parameters()}
    optimizers = [torch.optim.AdamW([p for p in whole.parameters() if (id(p) in slow) == is_slow], 1, (0.9, 0.98),
                                    weight_decay=0.05, fused=True) for is_slow in (False, True)]
    average = Average(whole, 0.99)
    series = max(1, int(stage.batch * SERIES_SHARE) // 3)
    blends = max(1, int(stage.batch * BLEND_SHARE))
    pure = stage.batch - 3 * series - blends
    held = examples.sets[SIZE].indices(held_out=True)
    of_named = Blends(examples.sets[SIZE], examples.named_rows[SIZE])
    training = Training(folder, stage.steps, {"model": whole, "image_optimizer": optimizers[0],
                                              "text_optimizer": optimizers[1], "average": average})
    for step in training:
        rate, rng = rate_at(step, stage.steps, stage.rate, flat=0.5), np.random.default_rng([7, step])
        set_rate(optimizers[0], rate)
        set_rate(optimizers[1], rate * TEXT_RATE)
        images, rows = examples.draw(rng, pure, device, named=True)
        mixes, mix_labels, codes = draw_series(of_named, rng, series)
        others, other_labels = zip(*(of_named.draw(rng) for _ in range(blends)), strict=True)
        drawn = np.concatenate([mixes.reshape(-1, *mixes.shape[2:]), np.stack(others)])
        images = torch.cat([images, augmented(pixels(drawn, device), rng)])
        labels = np.concatenate([mix_labels.reshape(-1, len(STYLES)), np.stack(other_labels)])
        targets = soft_targets(rows, labels).to(device)
        present = torch.cat([style_matrix(rows), torch.from_numpy(labels)])
        shapes, shape_rows = examples.draw(rng, int(stage.batch * BARE_SHARE), device, named=True)
        images = torch.cat([images, bare(shapes, rng)])
        words = [caption(rng, row.style, examples.names[row.code], row.background) for row in rows]
        with autocast(device):
            seen = embed_images(model, images)
            read = embed_texts(model, token_ids(
                tokenizer, [*words, *nouns.words, *style_words(rng)], device)[:, :WORDS])
        captions, things, styles = read.split([pure, len(nouns.words), len(STYLES)])
        coloured, shaped = seen[:len(targets)], seen[len(targets):]
        logits = style_scale.exp() * coloured @ styles.T
        style_loss = -(targets * logits.log_softmax(1)).sum(1).mean()
        order = order_loss(logits[pure:pure + 3 * series].view(3, series, -1))
        named = [row.code for row in rows] + 3 * codes
        noun_loss = nouns.loss(torch.cat([seen[:len(named)], shaped]), things, noun_scale.exp().clamp(max=100),
                               [*named, *(row.code for row in shape_rows)],
                               torch.cat([present[:len(named)], style_matrix(shape_rows)]))
        matching = contrast(seen[:pure], captions, model.logit_scale.exp().clamp(max=100),
                            [(row.code, row.style) for row in rows])
        loss = 2 * style_loss + ORDER_WEIGHT * order + noun_loss + 0.5 * matching
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(whole.parameters(), 1)
        for optimizer in optimizers:
            optimizer.step()
        average.update(step)
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            with average.applied():
                cosines, right = style_cosines(model, tokenizer, examples.sets[SIZE], held, device)
            training.log(step + 1, style_loss=style_loss.item(), order=order.item(), noun_loss=noun_loss.item(),
                         held_out_style=(cosines.argmax(1) == right).float().mean(), scale=style_scale.exp().item())
    with average.applied():
        fitted = fitted_scale(model, tokenizer, examples.sets[SIZE], device)
        with torch.no_grad():
            model.logit_scale.copy_(torch.tensor(math.log(fitted)))
        model.save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")
    write_preprocessor(folder / "model")
    print("scale trained", round(style_scale.exp().item(), 2), "fitted", round(fitted, 2))
    return folder / "model"


if __name__ == "__main__":
    options = arguments_of(__doc__)
    train(options.work, options.scale, options.device)
