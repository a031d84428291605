"""Assembles what ships: folders as diffusers and transformers read them, 16 bits, with checksums."""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from transformers import CLIPModel, CLIPTextModel

from recipe.captions import STYLE_NAMES
from recipe.split import STYLES
from recipe.unet import GENERATION, new_scheduler

NAME = "emoji"
INDEX = {
    "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.42.1",
    "feature_extractor": [None, None], "image_encoder": [None, None],
    "requires_safety_checker": False, "safety_checker": [None, None],
    "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}
LIMITS = {"diffusion": 60, "clip": 20, "gan": 20, "": 90}  # MB; a CAN network at most 2.5


def write_json(path: Path, value: object) -> None:
    """JSON with an indent and a final newline."""
    path.write_text(json.dumps(value, indent=2) + "\n")


def drop_origin(path: Path) -> None:
    """Takes the folder that a model was trained in out of its configuration: it is some machine's own."""
    config = json.loads(path.read_text())
    config.pop("_name_or_path", None)
    write_json(path, config)


def export_pipeline(work: Path, out: Path) -> None:
    """The diffusers folder, with the fast decoder beside the exact one."""
    parts = {"unet": (UNet2DConditionModel, "unet"), "vae": (AutoencoderKL, "texture"),
             "vae_tiny": (AutoencoderTiny, "tiny_decoder"), "text_encoder": (CLIPTextModel, "text")}
    for name, (model, stage) in parts.items():
        model.from_pretrained(work / stage / "model").to(torch.float16).save_pretrained(out / name)
        drop_origin(out / name / "config.json")
    shutil.copytree(work / "tokenizer", out / "tokenizer")
    new_scheduler().save_pretrained(out / "scheduler")
    write_json(out / "model_index.json", INDEX)
    write_json(out / "generation_config.json", GENERATION)


def export_clip(work: Path, out: Path) -> None:
    """The transformers folder, with its tokenizer and preprocessor."""
    shutil.copytree(work / "clip_tune" / "model", out)
    CLIPModel.from_pretrained(out).to(torch.float16).save_pretrained(out)


def export(work: Path, out: Path) -> None:
    """Writes everything under `out` and checks the sizes; what was there of the same name goes."""
    folders = {"diffusion": export_pipeline, "clip": export_clip}
    for kind, write in folders.items():
        target = out / kind / NAME
        shutil.rmtree(target, ignore_errors=True)
        write(work, target)
    for trained in sorted((work / "can").iterdir()):
        shutil.rmtree(out / "gan" / f"{NAME}-{trained.name}", ignore_errors=True)
        shutil.copytree(trained / "model", out / "gan" / f"{NAME}-{trained.name}")
    shutil.copytree(work / "centroids", out / "centroids", dirs_exist_ok=True)
    (out / "styles").mkdir(exist_ok=True)
    names = [STYLE_NAMES[style] for style in STYLES]
    (out / "styles" / f"{NAME}.txt").write_text("\n".join(names) + "\n")
    for kind, limit in LIMITS.items():
        size = sum(path.stat().st_size for path in (out / kind).rglob("*") if path.is_file()) / 1e6
        print(f"{kind or 'all':10} {size:6.1f} MB of {limit}")
        if size > limit:
            raise SystemExit(f"{out / kind} is larger than {limit} MB")
    for path in out.rglob("*"):
        if path.is_file():
            path.chmod(0o644)  # safetensors writes files that only their owner can read
    write_checksums(out)


def write_checksums(out: Path) -> None:
    """SHA256SUMS, as sha256sum -c reads it: every file but itself and the model card."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(out)}"
             for path in sorted(out.rglob("*")) if path.is_file() and path.suffix != ".md"
             and path.name != "SHA256SUMS"]
    (out / "SHA256SUMS").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("out/recipe"))
    parser.add_argument("--out", type=Path, help="WORK/weights unless it is given")
    options = parser.parse_args()
    export(options.work, options.out or options.work / "weights")
