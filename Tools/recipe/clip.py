"""Trains the CLIP: captions, nouns and styles from one pass, the styles with soft labels.

Contrastive losses as in arXiv 2103.00020 (figure 3), duplicates sharing their target. The style
posterior has its own scale, so that it can be calibrated; blends teach it what lies between.
`clip_tune` goes on from here.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import CLIPConfig, CLIPModel, CLIPTextModel, CLIPTokenizer, CLIPVisionConfig

from recipe.blends import Blends
from recipe.captions import PHRASES, STYLE_NAMES, caption
from recipe.names import names_of, with_article
from recipe.render import Row, Set, named_entries, read_set
from recipe.scale import SCALES
from recipe.split import STYLES, is_artist_held_out
from recipe.sprite import read_pack
from recipe.text import WIDTH, text_config, token_ids
from recipe.tokenizer import read_tokenizer
from recipe.training import Average, Training, arguments_of, autocast, pixels, rate_at, set_rate

SIZE, PATCH, LAYERS, TEXT_LAYERS, DIMENSION = 128, 16, 6, 3, 128
BLEND_SHARE, SMOOTHING = 0.3, 0.03
OTHER_SIZES = 0.3  # of the pure pictures come from renders of another size
TEXT_RATE = 0.2  # of the image tower's: the text tower starts warm
WORDS = 20  # captions are shorter
LOG_EVERY = 100


def new_model(work: Path) -> CLIPModel:
    """An untrained image tower beside the warmed-up text tower."""
    torch.manual_seed(0)
    tokenizer = read_tokenizer(work)
    text = text_config(tokenizer, TEXT_LAYERS, DIMENSION)
    vision = CLIPVisionConfig(
        image_size=SIZE, patch_size=PATCH, hidden_size=WIDTH, intermediate_size=4 * WIDTH,
        num_hidden_layers=LAYERS, num_attention_heads=WIDTH // 64, hidden_act="gelu",
        projection_dim=DIMENSION)
    model = CLIPModel(CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(),
                                 projection_dim=DIMENSION))
    warm = CLIPTextModel.from_pretrained(work / "text" / "model").state_dict()
    renamed = {name.removeprefix("text_model."): value for name, value in warm.items()}
    own = model.text_model.state_dict()
    model.text_model.load_state_dict({name: renamed.get(name, value)
                                      for name, value in own.items()})
    return model


@torch.no_grad()
def whiten_patches(model: CLIPModel, images: Tensor) -> None:
    """Starts the patch embedding as the whitened leading components of real patches, rotated.

    Drawings vary most in their flat colours; whitened, the fine texture that tells pixel art from
    flat and oil from dots weighs as much, and is learned as soon.
    """
    patches = F.unfold(images, PATCH, stride=PATCH).transpose(1, 2).flatten(0, 1)
    mean = patches.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov((patches - mean).T))
    components = vectors[:, -WIDTH:] / (values[-WIDTH:] + 1e-4).sqrt()
    rotation = torch.linalg.qr(torch.randn(WIDTH, WIDTH)).Q.to(components)
    kernel = (components @ rotation).T
    embeddings = model.vision_model.embeddings
    embeddings.patch_embedding.weight.copy_(kernel.view(WIDTH, 3, PATCH, PATCH))
    embeddings.position_embedding.weight[1:] -= kernel @ mean


def embed_images(model: CLIPModel, images: Tensor) -> Tensor:
    """L2-normalised embeddings (n, dimension) of pictures (n, 3, size, size)."""
    states = model.vision_model(images).pooler_output
    return F.normalize(model.visual_projection(states).float(), dim=-1)


def embed_texts(model: CLIPModel, ids: Tensor) -> Tensor:
    """L2-normalised embeddings (n, dimension) of token ids (n, positions)."""
    states = model.text_model(ids).pooler_output
    return F.normalize(model.text_projection(states).float(), dim=-1)


def resized(images: Tensor) -> Tensor:
    """Pictures of any size at the model's, as its preprocessor resizes them."""
    if images.shape[-1] == SIZE:
        return images
    return F.interpolate(images, (SIZE, SIZE), mode="bicubic", antialias=True).clamp(-1, 1)


def style_words(rng: np.random.Generator | None) -> list[str]:
    """A text for each style: its name, or in training a phrase without the thing as well."""
    if rng is None:
        return [STYLE_NAMES[style] for style in STYLES]
    return [STYLE_NAMES[style] if rng.random() < 0.6
            else str(rng.choice(PHRASES[style])).replace("{}", "").strip(" ,") for style in STYLES]


def contrast(images: Tensor, texts: Tensor, scale: Tensor, keys: list[object]) -> Tensor:
    """The symmetric cross entropy of matching rows; rows with one key share their target."""
    same = torch.tensor([[float(one == other) for other in keys] for one in keys],
                        device=images.device)
    target = same / same.sum(1, keepdim=True)
    logits = scale * images @ texts.T
    forth = -(target * logits.log_softmax(1)).sum(1).mean()
    return (forth - (target.T * logits.log_softmax(0)).sum(0).mean()) / 2


def soft_targets(rows: list[Row], blends: np.ndarray) -> Tensor:
    """Smoothed style targets (n, 12) of pure pictures and then of blends, whose shares (m, 12) are known."""
    pure = np.zeros((len(rows), len(STYLES)), np.float32)
    pure[np.arange(len(rows)), [STYLES.index(row.style) for row in rows]] = 1
    targets = torch.from_numpy(np.concatenate([pure, blends]))
    return (1 - SMOOTHING) * targets + SMOOTHING / len(STYLES)


class Examples:
    """What may be trained on, by size, and the blends of the native size."""

    def __init__(self, work: Path, scale_name: str) -> None:
        scale, entries = SCALES[scale_name], read_pack(work / "pack")
        self.names = names_of(entries)
        self.sets = {size: read_set(work, size) for size in scale.renders}
        self.named = {entry.name for entry in named_entries(scale, entries)}
        self.rows = {size: self.usable(each) for size, each in self.sets.items()}
        self.named_rows = {size: np.array([row for row in rows
                                           if self.sets[size].rows[row].name in self.named], np.int64)
                           for size, rows in self.rows.items()}
        self.blends = Blends(self.sets[SIZE], self.rows[SIZE])

    @staticmethod
    def usable(images: Set) -> np.ndarray:
        """Pure rows of trained pairs, without the artist that is held out from the CLIP."""
        return np.array([index for index in images.indices(held_out=False)
                         if not is_artist_held_out(images.rows[index].name,
                                                   images.rows[index].artist)])

    def draw(self, rng: np.random.Generator, count: int, device: str, *,
             named: bool = False) -> tuple[Tensor, list[Row]]:
        """Pure pictures at the model's size, now and then softened, and their rows; of `named` concepts alone."""
        usable_rows = self.named_rows if named else self.rows
        sizes = rng.choice([size for size in self.sets if size != SIZE and len(usable_rows[size])], count)
        sizes[rng.random(count) >= OTHER_SIZES] = SIZE
        tensors, rows = [], []
        for size in sorted(set(map(int, sizes))):
            images, usable = self.sets[size], usable_rows[size]
            chosen = rng.choice(usable, int((sizes == size).sum()))
            tensors.append(resized(pixels(np.stack([images.images[k] for k in chosen]), device)))
            rows += [images.rows[k] for k in chosen]
        return augmented(torch.cat(tensors), rng), rows


def augmented(images: Tensor, rng: np.random.Generator) -> Tensor:
    """Mirrored, shifted and softened copies: what is drawn by a model is softer than a render."""
    if rng.random() < 0.5:
        images = images.flip(-1)
    # By whole cells of the pixel art, whose grid is one of the things to see.
    images = torch.roll(images, tuple(4 * rng.integers(-1, 2, 2)), (-2, -1))
    soft = F.interpolate(F.avg_pool2d(images, 2), scale_factor=2.0, mode="bilinear")
    chosen = torch.from_numpy(rng.random(len(images)) < 0.1).to(images.device).view(-1, 1, 1, 1)
    return torch.where(chosen, 0.7 * soft + 0.3 * images, images)


@torch.no_grad()
def style_cosines(model: CLIPModel, tokenizer: CLIPTokenizer, images: Set, rows: np.ndarray,
                  device: str) -> tuple[Tensor, Tensor]:
    """Cosines (n, 12) of pictures with the style names, and the right styles (n)."""
    texts = embed_texts(model, token_ids(tokenizer, style_words(None), device))
    parts = [embed_images(model, resized(pixels(np.stack([images.images[k] for k in part]), device)))
             for part in np.array_split(rows, max(1, len(rows) // 64))]
    labels = torch.tensor([STYLES.index(images.rows[k].style) for k in rows], device=device)
    return torch.cat(parts) @ texts.T, labels


def train(work: Path, scale_name: str, device: str) -> Path:
    """Trains and returns the folder of the model."""
    scale, folder, examples = SCALES[scale_name], work / "clip", Examples(work, scale_name)
    model, tokenizer = new_model(work).to(device), read_tokenizer(work)
    whiten_patches(model, examples.draw(np.random.default_rng(4), 1000, device)[0])
    style_scale = nn.Parameter(torch.tensor(math.log(15.0), device=device))
    whole = nn.ModuleDict({"model": model})
    whole.register_parameter("style_scale", style_scale)
    text = [*model.text_model.parameters()]
    slow = {id(parameter) for parameter in text}
    fast = [parameter for parameter in whole.parameters() if id(parameter) not in slow]
    image_optimizer = torch.optim.AdamW(fast, 1, (0.9, 0.98), weight_decay=0.05, fused=True)
    text_optimizer = torch.optim.AdamW(text, 1, (0.9, 0.98), weight_decay=0.05, fused=True)
    average, stage = Average(whole, 0.995), scale.clip
    held = examples.sets[SIZE].indices(held_out=True)
    training = Training(folder, stage.steps, {
        "model": whole, "image_optimizer": image_optimizer, "text_optimizer": text_optimizer,
        "average": average})
    for step in training:
        rate, rng = rate_at(step, stage.steps, stage.rate, flat=0), np.random.default_rng([4, step])
        set_rate(image_optimizer, rate)
        set_rate(text_optimizer, rate * TEXT_RATE)
        blends = int(stage.batch * BLEND_SHARE)
        pure, rows = examples.draw(rng, stage.batch - blends, device)
        mixed, labels = zip(*(examples.blends.draw(rng) for _ in range(blends)), strict=True)
        images = torch.cat([pure, augmented(pixels(np.stack(mixed), device), rng)])
        targets = soft_targets(rows, np.stack(labels)).to(device)
        words = [caption(rng, row.style, examples.names[row.code], row.background) for row in rows]
        words += [with_article(examples.names[row.code][0]) for row in rows] + style_words(rng)
        with autocast(device):
            seen = embed_images(model, images)
            read = embed_texts(model, token_ids(tokenizer, words, device)[:, :WORDS])
        count, general = len(rows), model.logit_scale.exp().clamp(max=100)
        captions, nouns, styles = read.split([count, count, len(STYLES)])
        style_logits = style_scale.exp() * seen @ styles.T
        style_loss = -(targets * style_logits.log_softmax(1)).sum(1).mean()
        loss = (contrast(seen[:count], captions, general, [(row.code, row.style) for row in rows])
                + contrast(seen[:count], nouns, general, [row.code for row in rows])
                + 2 * style_loss)
        for optimizer in (image_optimizer, text_optimizer):
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(whole.parameters(), 1)
        image_optimizer.step()
        text_optimizer.step()
        average.update(step)
        if (step + 1) % LOG_EVERY == 0 or step + 1 == stage.steps:
            with average.applied():
                cosines, right = style_cosines(model, tokenizer, examples.sets[SIZE], held,
                                                device)
            accuracy = (cosines.argmax(1) == right).float().mean()
            training.log(step + 1, loss=loss.item(), style_loss=style_loss.item(),
                         held_out_style=accuracy, scale=style_scale.exp().item())
    with average.applied():
        model.save_pretrained(folder / "model")
    return folder / "model"


def write_preprocessor(folder: Path) -> None:
    """preprocessor_config.json: the shorter side to the model's size, the middle, -1...1."""
    config = {"image_processor_type": "CLIPImageProcessor", "do_convert_rgb": True,
              "do_resize": True, "size": {"shortest_edge": SIZE}, "resample": 3,
              "do_center_crop": True, "crop_size": {"height": SIZE, "width": SIZE},
              "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True,
              "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    (folder / "preprocessor_config.json").write_text(json.dumps(config, indent=2))


if __name__ == "__main__":
    options = arguments_of(__doc__)
    train(options.work, options.scale, options.device)
