"""Warms the text encoder up on captions alone; it stays frozen afterwards.

Trained jointly from scratch with a diffusion model, so small an encoder collapses: every noun comes
out the same. Here every position from the end token on must name the concept, the style and the
background, through linear heads that are thrown away.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from recipe.captions import caption
from recipe.names import names_of
from recipe.render import named_entries
from recipe.scale import SCALES
from recipe.split import STYLES
from recipe.sprite import read_pack
from recipe.styles import BACKGROUNDS
from recipe.tokenizer import read_tokenizer
from recipe.training import Training, arguments_of, autocast, rate_at, set_rate

WIDTH, LAYERS = 192, 3
NAMED_SHARE = 0.6  # of the captions; the rest are of any concept
POSITIONS_READ = 4
LOG_EVERY = 100


def text_config(tokenizer: CLIPTokenizer, layers: int, projection: int) -> CLIPTextConfig:
    """The towers of the pipeline and of the CLIP differ in depth and projection alone."""
    return CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=WIDTH, intermediate_size=4 * WIDTH,
        num_hidden_layers=layers, num_attention_heads=WIDTH // 64, hidden_act="gelu",
        max_position_embeddings=tokenizer.model_max_length, projection_dim=projection,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id)


def spread(model: nn.Module) -> None:
    """Initialises so that a bag of words is separable before any training: CLIP's 0.02 is not."""
    for name, module in model.named_modules():
        if name.endswith("token_embedding"):
            nn.init.normal_(module.weight, 0, 0.5)
        elif name.endswith("position_embedding"):
            nn.init.normal_(module.weight, 0, 0.05)
        elif name.endswith(("v_proj", "out_proj")):
            nn.init.normal_(module.weight, 0, WIDTH**-0.5)


def token_ids(tokenizer: CLIPTokenizer, captions: list[str], device: str) -> Tensor:
    """Captions (n) as ids (n, positions), padded and cut."""
    return tokenizer(captions, padding="max_length", truncation=True,
                     return_tensors="pt").input_ids.to(device)


def train(work: Path, scale_name: str, device: str) -> Path:
    """Trains and returns the folder of the text encoder."""
    scale, folder = SCALES[scale_name], work / "text"
    entries, tokenizer = read_pack(work / "pack"), read_tokenizer(work)
    names, index = names_of(entries), {entry.code: k for k, entry in enumerate(entries)}
    named = [index[entry.code] for entry in named_entries(scale, entries)]
    torch.manual_seed(0)
    model = CLIPTextModel(text_config(tokenizer, LAYERS, WIDTH))
    spread(model)
    classes = (len(entries), len(STYLES) + 1, len(BACKGROUNDS) + 1)
    heads = nn.ModuleList(nn.Linear(WIDTH, count) for count in classes)
    both = nn.ModuleList([model, heads]).to(device)
    optimizer = torch.optim.AdamW(both.parameters(), 1, (0.9, 0.98), weight_decay=0.01, fused=True)
    training = Training(folder, scale.text.steps, {"model": both, "optimizer": optimizer})
    for step in training:
        set_rate(optimizer, rate_at(step, scale.text.steps, scale.text.rate, flat=0))
        rng, captions, targets = np.random.default_rng([2, step]), [], []
        for _ in range(scale.text.batch):
            of_named = rng.random() < NAMED_SHARE
            concept = int(rng.choice(named) if of_named else rng.integers(len(entries)))
            style = int(rng.integers(classes[1]))
            back = str(rng.choice(BACKGROUNDS)) if rng.random() < 0.3 else ""
            text = caption(rng, STYLES[style] if style < len(STYLES) else None,
                           names[entries[concept].code], back)
            said = BACKGROUNDS.index(back) if back and f"{back} background" in text else classes[2] - 1
            captions.append(text)
            targets.append((concept, style, said))
        ids = token_ids(tokenizer, captions, device)
        end = (ids == tokenizer.eos_token_id).int().argmax(1)
        further = torch.from_numpy(rng.integers(1, 12, (len(end), POSITIONS_READ - 1))).to(device)
        last = ids.shape[1] - 1
        places = torch.cat([end[:, None], (end[:, None] + further).clamp(max=last)], 1)
        with autocast(device):
            states = model(ids).last_hidden_state.float()
        read = states[torch.arange(len(ids))[:, None], places].flatten(0, 1)
        goals = torch.tensor(targets, device=device).repeat_interleave(POSITIONS_READ, 0)
        outputs = [head(read) for head in heads]
        losses = [F.cross_entropy(out, goals[:, k]) for k, out in enumerate(outputs)]
        optimizer.zero_grad(set_to_none=True)
        (losses[0] + losses[1] + 0.5 * losses[2]).backward()
        nn.utils.clip_grad_norm_(both.parameters(), 1)
        optimizer.step()
        if (step + 1) % LOG_EVERY == 0 or step + 1 == scale.text.steps:
            right = [(out.argmax(1) == goals[:, k]).float().mean() for k, out in enumerate(outputs)]
            training.log(step + 1, loss=sum(losses).item(), concept=right[0], style=right[1],
                         background=right[2])
    model.save_pretrained(folder / "model")
    return folder / "model"


if __name__ == "__main__":
    options = arguments_of(__doc__)
    train(options.work, options.scale, options.device)
