"""Measures what ships, on held-out (concept, style) pairs: the figures of the model card.

Pictures are drawn by diffusers from the exported folders and named by the judge, which shares nothing with the
shipped CLIP. Writes evaluation.json and, for each size, a sheet of the pictures that were judged.
"""

import argparse
import json
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, AutoencoderTiny, StableDiffusionPipeline
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor
from tqdm import tqdm
from transformers import CLIPModel

from recipe.blends import mixed
from recipe.calibration import expected_calibration_error
from recipe.can import style_logits
from recipe.can_networks import Discriminator, Widths
from recipe.captions import prompt
from recipe.clip import embed_images, embed_texts, style_words
from recipe.clip import resized as clip_sized
from recipe.judge import Examples, Judge, accuracies, read_judge, unseen_pictures, usable
from recipe.names import names_of, with_article
from recipe.render import Row, generator, ground, named_entries, read_set, render
from recipe.scale import SCALES, Scale
from recipe.split import STYLES, is_held_out
from recipe.sprite import Entry, read_pack
from recipe.text import token_ids
from recipe.tokenizer import read_tokenizer
from recipe.training import arguments_of, autocast, pixels, sheet

NAME = "emoji"
UNSEEN = 9000  # render seeds from here on: no stage has seen these pictures
PIXELS = 16 * 128**2  # of a batch that is drawn


def pairs_of(named: list[Entry], *, held_out: bool) -> list[tuple[Entry, str]]:
    """(concept, style) pairs of one side of the split, in an order of no meaning."""
    pairs = [(entry, style) for entry in named for style in STYLES
             if is_held_out(entry.name, style) == held_out]
    order = generator("pairs", held_out).permutation(len(pairs))
    return [pairs[index] for index in order]


def draw_pairs(pipeline: StableDiffusionPipeline, prompts: list[str], size: int, device: str,
               settings: dict) -> np.ndarray:
    """Pictures uint8 (n, size, size, 3), picture i from seed i."""
    step = max(1, PIXELS // size**2)
    parts = []
    for start in tqdm(range(0, len(prompts), step), f"draw {size}", mininterval=5):
        words = prompts[start:start + step]
        seeds = [torch.Generator().manual_seed(start + k) for k in range(len(words))]
        with autocast(device):
            drawn = pipeline(words, height=size, width=size, generator=seeds, output_type="np",
                             **settings).images
        parts.append(np.round(drawn * 255).astype(np.uint8))
    return np.concatenate(parts)


def measure_pipeline(work: Path, weights: Path, scale: Scale, judge: Judge, examples: Examples,
                     device: str, counts: dict[int, int]) -> dict[str, object]:
    """The judge's accuracies on drawings of held-out pairs, by size; at the native size of trained pairs, too."""
    folder = weights / "diffusion" / NAME
    pipeline = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32).to(device)
    pipeline.set_progress_bar_config(disable=True)
    settings = json.loads((folder / "generation_config.json").read_text())
    entries = read_pack(work / "pack")
    names, named = names_of(entries), named_entries(scale, entries)
    figures: dict[str, object] = {}
    for size, held_out in [*((size, True) for size in counts), (scale.native, False)]:
        count = counts[size] if held_out else max(1, counts[size] // 2)
        pairs = list(islice(cycle(pairs_of(named, held_out=held_out)), count))
        drawn = draw_pairs(pipeline, [prompt(style, names[entry.code][0]) for entry, style in pairs],
                           size, device, settings)
        labels = torch.tensor([(STYLES.index(style), examples.places[entry.code])
                               for entry, style in pairs])
        title = f"{size}" if held_out else f"{size} trained pairs"
        figures[title] = accuracies(judge, pixels(drawn, device), labels.to(device)) | {
            "pictures": len(pairs), "pairs": len(set(pairs))}
        print(title, figures[title], flush=True)
        Image.fromarray(sheet(drawn[:60], 12 if size <= 128 else 6)).save(
            work / "evaluation" / f"{title.replace(' ', '-')}.png")
    return figures


def psnr(images: Tensor, output: Tensor) -> float:
    """Peak signal to noise in dB, averaged over pictures."""
    error = (output.clamp(-1, 1) - images).div(2).pow(2).mean((1, 2, 3))
    return float((-10 * error.log10()).mean())


@torch.no_grad()
def measure_autoencoders(work: Path, weights: Path, scale: Scale, device: str) -> dict[str, float]:
    """PSNR in dB on held-out drawings, of both decoders, at the native size and at 256 px."""
    folder, figures = weights / "diffusion" / NAME, {}
    large = AutoencoderKL.from_pretrained(folder / "vae", torch_dtype=torch.float32).to(device)
    tiny = AutoencoderTiny.from_pretrained(folder / "vae_tiny", torch_dtype=torch.float32).to(device)
    for size in sorted({scale.native, 256}):
        images = read_set(work, size)
        held = images.indices(held_out=True)
        rows = np.sort(np.random.default_rng(8).permutation(held)[:96 if size < 256 else 32])
        fine, fast, drawings = [], [], pixels(images.images[rows], device)
        for part in drawings.split(8):
            latents = large.encode(part).latent_dist.mode()
            fine.append(large.decode(latents).sample)
            fast.append(tiny.decode(latents * large.config.scaling_factor).sample)
        figures[f"{size}"] = psnr(drawings, torch.cat(fine))
        figures[f"{size} tiny"] = psnr(drawings, torch.cat(fast))
    return figures


@torch.no_grad()
def seen(model: CLIPModel, images: np.ndarray, device: str) -> Tensor:
    """Unit embeddings (n, d) of pictures uint8 (n, s, s, 3)."""
    return torch.cat([embed_images(model, clip_sized(pixels(part, device)))
                      for part in np.array_split(images, max(1, len(images) // 64))])


def blend_series(work: Path, named: list[Entry], size: int, count: int) -> np.ndarray:
    """`count` drawings that no stage has seen: pure, 25 %, 50 % and pure again, uint8 (4, count, s, s, 3)."""
    rng, series = generator("blend series"), [[], [], [], []]
    for number in range(count):
        entry = named[rng.integers(len(named))]
        artist, pair = str(rng.choice(entry.artists)), rng.choice(STYLES, 2, replace=False)
        one, other = (render(work / "pack", Row(entry.code, entry.name, artist, str(style),
                                                UNSEEN + number, ground(str(style), rng)), size)
                      for style in pair)
        pictures = (one, mixed(one, other, 0.25), mixed(one, other, 0.5), other)
        for place, image in zip(series, pictures, strict=True):
            place.append(image)
    return np.stack([np.stack(each) for each in series])


@torch.no_grad()
def measure_clip(work: Path, weights: Path, scale: Scale, examples: Examples, device: str,
                 blends: int) -> dict[str, float]:
    """Style and concept retrieval and calibration on held-out pairs, and how ambiguity follows a blend."""
    model = CLIPModel.from_pretrained(weights / "clip" / NAME, torch_dtype=torch.float32).to(device)
    model.eval()
    entries, tokenizer = read_pack(work / "pack"), read_tokenizer(work)
    names, named = names_of(entries), named_entries(scale, entries)
    images, factor = read_set(work, scale.native), model.logit_scale.exp()

    def read(words: list[str]) -> Tensor:
        return embed_texts(model, token_ids(tokenizer, words, device))

    styles = read(style_words(None))
    held = np.sort(images.indices(held_out=True))
    right = torch.tensor([STYLES.index(images.rows[k].style) for k in held], device=device)
    posterior = (factor * seen(model, images.images[held], device) @ styles.T).softmax(1)
    rows = np.sort(usable(images, examples.places, held_out=True))
    concept = examples.labels(images, rows, device)[:, 1:]
    things = read([with_article(names[entry.code][0]) for entry in named])
    points = seen(model, images.images[rows], device)
    found = (points @ things.T).topk(min(5, len(named)), 1).indices
    # Zero-shot as CLIPs are used, with whole captions: each thing in the style that the CLIP itself sees.
    captions = torch.stack([read([prompt(style, names[entry.code][0]) for entry in named]) for style in STYLES])
    in_style = captions[(points @ styles.T).argmax(1)]
    by_caption = (points[:, None] @ in_style.transpose(1, 2)).squeeze(1).topk(min(5, len(named)), 1).indices
    # And as the CLIP paper does it: each thing as the mean of its captions in all styles (arXiv 2103.00020, section 3.1.4).
    ensemble = (points @ F.normalize(captions.mean(0), dim=1).T).topk(min(5, len(named)), 1).indices
    series = blend_series(work, named, scale.native, blends)
    logs = [(factor * seen(model, part, device) @ styles.T).log_softmax(1) for part in series]
    first, quarter, half, last = (-(each.exp() * each).sum(1) / np.log(len(STYLES)) for each in logs)
    return {"style": float((posterior.argmax(1) == right).float().mean()),
            "calibration_error": expected_calibration_error(posterior, right),
            "top1": float((found[:, :1] == concept).float().mean()),
            "top5": float((found == concept).any(1).float().mean()),
            "top1_by_caption": float((by_caption[:, :1] == concept).float().mean()),
            "top5_by_caption": float((by_caption == concept).any(1).float().mean()),
            "top1_by_ensemble": float((ensemble[:, :1] == concept).float().mean()),
            "top5_by_ensemble": float((ensemble == concept).any(1).float().mean()),
            "blend_above_both": float(((half > first) & (half > last)).float().mean()),
            "blend_monotone": float(((quarter > first) & (half > quarter)).float().mean()),
            "ambiguity_pure": float(torch.cat([first, last]).mean()),
            "ambiguity_quarter": float(quarter.mean()), "ambiguity_half": float(half.mean()),
            "pictures": len(held), "blends": blends}


def measure_can(work: Path, weights: Path, device: str) -> dict[str, dict[str, float]]:
    """The discriminators' style accuracy and calibration on held-out pairs, by size."""
    figures = {}
    for folder in sorted((weights / "gan").iterdir()):
        config = json.loads((folder / "config.json").read_text())
        widths = Widths(config["generator_channels"], config["discriminator_first_channels"],
                        config["discriminator_last_channels"], tuple(config["style_head_features"]))
        network = Discriminator(config["size"], widths, len(config["labels"])).to(device)
        tensors = load_file(folder / "discriminator.safetensors")
        network.load_state_dict({key: value.float() for key, value in tensors.items()}, strict=False)
        images = read_set(work, config["size"])
        logits, right = style_logits(network, images, images.indices(held_out=True), device)
        figures[str(config["size"])] = {
            "style": float((logits.argmax(1) == right).float().mean()),
            "calibration_error": expected_calibration_error(logits.softmax(1), right),
            "pictures": len(right)}
    return figures


def evaluate(work: Path, weights: Path, scale_name: str, device: str) -> dict[str, object]:
    """Every figure, also written to evaluation.json under the work folder."""
    scale = SCALES[scale_name]
    (work / "evaluation").mkdir(parents=True, exist_ok=True)
    judge, examples = read_judge(work, scale_name, device)
    pictures, answers = unseen_pictures(work, examples.named, scale.native)
    figures: dict[str, object] = {
        "judge_on_drawings": accuracies(judge, pixels(pictures, device), torch.from_numpy(answers).to(device)),
        "clip": measure_clip(work, weights, scale, examples, device, scale.judged_blends),
        "can": measure_can(work, weights, device),
        "autoencoder_psnr": measure_autoencoders(work, weights, scale, device)}
    for name, value in figures.items():
        print(name, json.dumps(value), flush=True)
    figures["pipeline"] = measure_pipeline(work, weights, scale, judge, examples, device, scale.judged)
    (work / "evaluation" / "evaluation.json").write_text(json.dumps(figures, indent=2) + "\n")
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", type=Path, help="what is measured; WORK/weights unless it is given")
    options = arguments_of(__doc__, parser)
    evaluate(options.work, options.weights or options.work / "weights", options.scale, options.device)
