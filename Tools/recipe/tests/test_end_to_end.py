"""The whole recipe at its tiny scale: what it writes is read by diffusers and transformers."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny, StableDiffusionPipeline
from safetensors.torch import load_file
from transformers import CLIPModel, CLIPTokenizer

TOOLS = Path(__file__).parents[2]
TEN_MINUTES = 600


def run_all(work: Path) -> None:
    command = [sys.executable, "-m", "recipe.run", "--work", str(work), "--scale", "tiny"]
    subprocess.run(command, cwd=TOOLS, check=True, timeout=TEN_MINUTES)


def test_every_stage_runs_and_the_result_is_read(tmp_path: Path) -> None:
    run_all(tmp_path)
    weights = tmp_path / "weights"
    pipeline = StableDiffusionPipeline.from_pretrained(weights / "diffusion/emoji", torch_dtype=torch.float32)
    generator = torch.Generator().manual_seed(0)
    image = pipeline("a fox", height=64, width=64, num_inference_steps=2, generator=generator,
                     output_type="np").images[0]
    assert image.shape == (64, 64, 3)
    assert np.isfinite(image).all()
    tiny = AutoencoderTiny.from_pretrained(weights / "diffusion/emoji/vae_tiny", torch_dtype=torch.float32)
    assert tiny.decode(torch.zeros(1, 4, 8, 8)).sample.shape == (1, 3, 64, 64)
    clip = CLIPModel.from_pretrained(weights / "clip/emoji")
    assert CLIPTokenizer.from_pretrained(weights / "clip/emoji")("a fox").input_ids[0] != 0
    assert np.isfinite(clip.logit_scale.item())
    for size in (64, 128, 256, 512):
        folder = weights / f"gan/emoji-{size}"
        assert json.loads((folder / "config.json").read_text())["size"] == size
        assert load_file(folder / "generator.safetensors")["main.0.weight"].shape == (100, 256, 4, 4)
        assert load_file(folder / "discriminator.safetensors")["style.6.weight"].shape[0] == 12
    for name, k in (("text-5", 5), ("image-5", 5)):
        centres = load_file(weights / f"centroids/emoji-{name}.safetensors")["centres"]
        assert centres.shape == (k, clip.config.projection_dim)
    assert len((weights / "styles/emoji.txt").read_text().splitlines()) == 12
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in weights.rglob("*.safetensors"))
    assert subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=weights).returncode == 0

    figures = json.loads((tmp_path / "evaluation/evaluation.json").read_text())
    assert set(figures["pipeline"]) == {"64", "128", "256", "512", "64 trained pairs"}
    assert set(figures["can"]) == {"64", "128", "256", "512"}

    # Once more: every stage finds its work done, and what ships is the same to the byte.
    sums = (weights / "SHA256SUMS").read_text()
    run_all(tmp_path)
    assert (weights / "SHA256SUMS").read_text() == sums
